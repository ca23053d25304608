internal import Foundations
internal import HTTPEndpoint
internal import HTTPTransport
internal import KubernetesTesting
internal import Testing

/// libcurl against our own server over TLS, with an authority that exists in memory only.
@Suite(.timeLimit(.minutes(10))) struct CurlTLSTests {
  let pki: TestPKI

  init() throws { pki = try TestPKI.shared.get() }

  private func client(_ tls: TLSConfiguration) -> CurlTransport { CurlTransport(.init(tls: tls, proxy: .none)) }
  private func server(_ identity: TestAuthority.Identity) throws -> HTTPServer {
    try HTTPServer(address: "127.0.0.1", port: 0, tls: EndpointTLS(identity)) { request in
      EndpointResponse(text: request.path)
    }
  }
  private func failure(_ transport: CurlTransport, _ url: String) async -> TransportError? {
    await #expect(throws: TransportError.self) { try await transport.send(HTTPRequest(url: url)) }
  }

  @Test func `a server is trusted because of the authority that was given`() async throws {
    let server = try server(pki.server)
    let transport = client(TLSConfiguration(certificateAuthorities: pki.authority.identity.certificate))
    let response = try await transport.send(HTTPRequest(url: "https://127.0.0.1:\(server.port)/a"))
    #expect(response.status == 200 && response.body == Array("/a".utf8))
    await server.stop()
  }

  @Test func `the system's authorities and another one do not vouch for it`() async throws {
    let server = try server(pki.server)
    for authorities in [nil, pki.stranger.identity.certificate] {
      let error = await failure(
        client(TLSConfiguration(certificateAuthorities: authorities)),
        "https://127.0.0.1:\(server.port)/"
      )
      #expect(error?.kind == .tls && error?.mayHaveBeenProcessed == false)
    }
    let blind = client(TLSConfiguration(verifiesServer: false))
    #expect(try await blind.send(HTTPRequest(url: "https://127.0.0.1:\(server.port)/")).status == 200)
    await server.stop()
  }

  @Test func `a server name of one's own is looked for in the certificate`() async throws {
    let server = try server(pki.elsewhere)
    var tls = TLSConfiguration(certificateAuthorities: pki.authority.identity.certificate)
    #expect(await failure(client(tls), "https://127.0.0.1:\(server.port)/")?.kind == .tls)
    tls.serverName = "elsewhere.test"
    #expect(try await client(tls).send(HTTPRequest(url: "https://127.0.0.1:\(server.port)/")).status == 200)
    tls.serverName = "nowhere.test"
    #expect(await failure(client(tls), "https://127.0.0.1:\(server.port)/")?.kind == .tls)
    await server.stop()
  }

  @Test func `authorities that are none are the request's fault`() async throws {
    let server = try server(pki.server)
    let error = await failure(
      client(TLSConfiguration(certificateAuthorities: Array("-----BEGIN NOTHING-----\n".utf8))),
      "https://127.0.0.1:\(server.port)/"
    )
    #expect(error?.kind == .tls && error?.mayHaveBeenProcessed == false)
    await server.stop()
  }

  @Test func `other authorities count from the next request on`() async throws {
    let (old, new) = (try server(pki.server), try server(pki.strangersServer))
    let transport = client(TLSConfiguration(certificateAuthorities: pki.authority.identity.certificate))
    #expect(try await transport.send(HTTPRequest(url: "https://127.0.0.1:\(old.port)/")).status == 200)
    #expect(await failure(transport, "https://127.0.0.1:\(new.port)/")?.kind == .tls)
    transport.reload(tls: TLSConfiguration(certificateAuthorities: pki.stranger.identity.certificate))
    #expect(try await transport.send(HTTPRequest(url: "https://127.0.0.1:\(new.port)/")).status == 200)
    // The connection that is kept was made under the old authorities, and must not serve the new ones.
    #expect(await failure(transport, "https://127.0.0.1:\(old.port)/")?.kind == .tls)
    await old.stop()
    await new.stop()
  }

  @Test func `a server that takes a new certificate fails no request meanwhile`() async throws {
    let server = try server(pki.server)
    let transport = client(TLSConfiguration(certificateAuthorities: pki.authority.identity.certificate))
    let url = "https://127.0.0.1:\(server.port)/"
    let done = Locked(false)
    async let statuses: Set<Int> = withThrowingTaskGroup(of: Set<Int>.self) { group in
      for _ in 0..<4 {
        group.addTask {
          var seen = Set<Int>()
          repeat { seen.insert(try await transport.send(HTTPRequest(url: url)).status) } while !done.withLock { $0 }
          return seen
        }
      }
      return try await group.reduce(into: []) { $0.formUnion($1) }
    }
    for identity in [pki.renewed, pki.server, pki.renewed] { try await server.reload(tls: EndpointTLS(identity)) }
    done.withLock { $0 = true }
    #expect(try await statuses == [200])
    await server.stop()
  }
}

extension EndpointTLS {
  init(_ identity: TestAuthority.Identity) { self.init(certificate: identity.certificate, key: identity.key) }
}
