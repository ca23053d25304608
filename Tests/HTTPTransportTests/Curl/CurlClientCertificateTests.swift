internal import Foundations
internal import HTTPTransport
internal import Testing

@testable internal import KubernetesTesting

/// libcurl against openssl's own server, which wants to know its clients and shows whom it sees.
@Suite(.timeLimit(.minutes(10))) struct CurlClientCertificateTests {
  let pki: TestPKI

  init() throws { pki = try TestPKI.shared.get() }

  /// A server that takes clients of `pki.authority` only.
  private func server(in folder: TestPKI.Folder) throws -> (process: TestProcess, url: String) {
    let port = try FreePorts.find(1)[0]
    let process = try TestProcess(
      "s_server",
      log: "\(folder.path)/log",
      ["/usr/bin/env", "openssl", "s_server", "-accept", "127.0.0.1:\(port)", "-www", "-Verify", "1"]
        + ["-verify_return_error", "-CAfile", try folder.write("ca", pki.authority.identity.certificate)]
        + ["-cert", try folder.write("crt", pki.server.certificate), "-key", try folder.write("key", pki.server.key)]
    )
    return (process, "https://127.0.0.1:\(port)/")
  }
  private func tls(_ client: TestAuthority.Identity?) -> TLSConfiguration {
    TLSConfiguration(
      certificateAuthorities: pki.authority.identity.certificate,
      clientCertificate: client?.certificate,
      clientKey: client?.key
    )
  }
  /// Asks until somebody listens.
  private func ask(_ transport: CurlTransport, _ url: String) async throws(TransportError) -> String {
    for _ in 0..<600 {
      do throws(TransportError) {
        return String(decoding: try await transport.send(HTTPRequest(url: url)).body, as: UTF8.self)
      } catch {
        guard error.kind == .connect else { throw error }
        try? await Task.sleep(for: .milliseconds(50))
      }
    }
    throw TransportError(.connect, "nobody listens at \(url)", mayHaveBeenProcessed: false)
  }

  @Test func `a certificate and its key from memory say who the client is`() async throws {
    let folder = try TestPKI.Folder()
    let (process, url) = try server(in: folder)
    let page = try await ask(CurlTransport(.init(tls: tls(pki.client), proxy: .none)), url)
    #expect(page.contains("CN = ann") || page.contains("CN=ann"))
    process.stop()
  }

  @Test func `without a certificate, or with another authority's, there is no answer`() async throws {
    let folder = try TestPKI.Folder()
    let (process, url) = try server(in: folder)
    for identity in [nil, pki.strangersClient] {
      let transport = CurlTransport(.init(tls: tls(identity), proxy: .none))
      let error = await #expect(throws: TransportError.self) { try await ask(transport, url) }
      #expect(error?.kind == .tls && error?.mayHaveBeenProcessed == false)
    }
    process.stop()
  }

  @Test func `a certificate that is replaced is shown from the next request on`() async throws {
    let folder = try TestPKI.Folder()
    let (process, url) = try server(in: folder)
    let transport = CurlTransport(.init(tls: tls(pki.strangersClient), proxy: .none))
    await #expect(throws: TransportError.self) { try await ask(transport, url) }
    transport.reload(tls: tls(pki.client))
    #expect(try await ask(transport, url).contains("ann"))
    transport.reload(tls: tls(pki.otherClient))
    #expect(try await ask(transport, url).contains("bob"))
    process.stop()
  }

  @Test func `a key that does not fit its certificate never leaves the machine`() async throws {
    let folder = try TestPKI.Folder()
    let (process, url) = try server(in: folder)
    var tls = tls(pki.client)
    tls.clientKey = pki.otherClient.key
    let transport = CurlTransport(.init(tls: tls, proxy: .none))
    let error = await #expect(throws: TransportError.self) { try await ask(transport, url) }
    #expect(error?.kind == .tls && error?.mayHaveBeenProcessed == false)
    process.stop()
  }
}
