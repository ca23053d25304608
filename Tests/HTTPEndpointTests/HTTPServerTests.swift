import Foundations
import Glibc
import HTTPEndpoint
import TestSupport
import Testing

/// One request over a plain socket; the whole answer as text.
private func ask(_ port: UInt16, _ request: String) async -> String {
  await withCheckedContinuation { continuation in
    Thread.detach {
      let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
      defer { close(descriptor) }
      var address = sockaddr_in()
      address.sin_family = sa_family_t(AF_INET)
      address.sin_port = port.bigEndian
      address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
      let connected = withUnsafePointer(to: &address) {
        $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
          connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
        }
      }
      guard connected == 0 else { return continuation.resume(returning: "") }
      _ = request.withCString { write(descriptor, $0, strlen($0)) }
      var answer: [UInt8] = []
      var buffer = [UInt8](repeating: 0, count: 4096)
      while true {
        let count = read(descriptor, &buffer, buffer.count)
        guard count > 0 else { break }
        answer += buffer[..<count]
      }
      continuation.resume(returning: String(decoding: answer, as: UTF8.self))
    }
  }
}

private enum Thread {
  final class Box {
    let body: () -> Void
    init(_ body: @escaping () -> Void) { self.body = body }
  }
  static func detach(_ body: @escaping @Sendable () -> Void) {
    var thread = pthread_t()
    pthread_create(
      &thread,
      nil,
      { argument in
        guard let argument else { return nil }
        Unmanaged<Box>.fromOpaque(argument).takeRetainedValue().body()
        return nil
      },
      Unmanaged.passRetained(Box(body)).toOpaque()
    )
    pthread_detach(thread)
  }
}

private func get(_ path: String, _ headers: String = "") -> String {
  "GET \(path) HTTP/1.1\r\nHost: x\r\n\(headers)Connection: close\r\n\r\n"
}

@Suite struct HTTPServerTests {
  @Test func answersWithStatusHeadersAndBody() async throws {
    let server = try HTTPServer(address: "127.0.0.1", port: 0) { request in
      EndpointResponse(
        201,
        headers: [("ETag", "\"7\"")],
        body: Array("\(request.path) \(request.query["a"] ?? "") \(request.headers["x-y"] ?? "")".utf8)
      )
    }
    let answer = await ask(server.port, get("/p?a=b%20c", "X-Y: z\r\n"))
    #expect(answer.hasPrefix("HTTP/1.1 201"))
    #expect(answer.contains("ETag: \"7\""))
    #expect(answer.hasSuffix("/p b c z"))
    await server.stop()
  }

  @Test func refusesWhatIsNotARead() async throws {
    let server = try HTTPServer(address: "::", port: 0) { _ in EndpointResponse(text: "never") }
    let answer = await ask(server.port, "DELETE / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
    #expect(answer.hasPrefix("HTTP/1.1 405"))
    let upload = await ask(
      server.port,
      "GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nConnection: close\r\n\r\nbody"
    )
    #expect(upload.hasPrefix("HTTP/1.1 413"))
    await server.stop()
  }

  @Test func aHeldAnswerEndsWhenTheServerStops() async throws {
    let started = Locked(false)
    let server = try HTTPServer(address: "127.0.0.1", port: 0) { _ in
      started.withLock { $0 = true }
      while !Task.isCancelled { try? await Task.sleep(for: .seconds(60)) }
      return EndpointResponse(304)
    }
    async let held = ask(server.port, get("/status"))
    #expect(await eventually { started.withLock { $0 } })
    await server.stop()
    #expect(await held.hasPrefix("HTTP/1.1 304"))
    #expect(await ask(server.port, get("/")) == "")
  }

  @Test func aTakenPortIsReported() async throws {
    let server = try HTTPServer(address: "127.0.0.1", port: 0) { _ in EndpointResponse() }
    #expect(throws: EndpointError.self) {
      _ = try HTTPServer(address: "127.0.0.1", port: server.port) { _ in EndpointResponse() }
    }
    #expect(throws: EndpointError.self) { _ = try HTTPServer(address: "nowhere", port: 0) { _ in EndpointResponse() } }
    await server.stop()
  }

  @Test func aHundredAtOnce() async throws {
    var limits = HTTPServer.Limits()
    limits.connectionsPerAddress = 0
    let server = try HTTPServer(address: "127.0.0.1", port: 0, limits: limits) { request in
      await Task.yield()
      return EndpointResponse(text: request.path)
    }
    await withTaskGroup(of: Bool.self) { group in
      for index in 0..<100 {
        group.addTask { await ask(server.port, get("/\(index)")).hasSuffix("/\(index)") }
      }
      for await isRight in group { #expect(isRight) }
    }
    await server.stop()
  }
}
