internal import Foundations
internal import Glibc
internal import HTTPEndpoint
internal import HTTPTransport
internal import TestSupport
internal import Testing

/// A probe among clients that connect and say nothing, or next to nothing.
@Suite(.serialized, .timeLimit(.minutes(10))) struct HTTPServerCrowdTests {
  /// Connections that end with the value.
  final class Crowd: Sendable {
    let descriptors: [Int32]
    init(_ count: Int, port: UInt16, from address: (Int) -> UInt32) {
      descriptors = (0..<count).compactMap { Self.connect(from: address($0), port: port) }
    }
    deinit { for descriptor in descriptors { close(descriptor) } }

    /// How many of them the server has closed.
    var ended: Int {
      descriptors.count { descriptor in
        var byte: UInt8 = 0
        return recv(descriptor, &byte, 1, Int32(MSG_DONTWAIT)) == 0
          || errno == ECONNRESET
      }
    }

    private static func connect(from source: UInt32, port: UInt16) -> Int32? {
      let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
      var (own, server) = (sockaddr_in(), sockaddr_in())
      for (address, number) in [(source, 0), (0x7f00_0001, port)] as [(UInt32, UInt16)] {
        var value = sockaddr_in()
        value.sin_family = sa_family_t(AF_INET)
        value.sin_addr.s_addr = address.bigEndian
        value.sin_port = number.bigEndian
        if number == 0 { own = value } else { server = value }
      }
      func with(_ address: inout sockaddr_in, _ call: (UnsafePointer<sockaddr>, socklen_t) -> Int32) -> Int32 {
        withUnsafePointer(to: &address) { pointer in
          pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
            call($0, socklen_t(MemoryLayout<sockaddr_in>.size))
          }
        }
      }
      guard with(&own, { bind(descriptor, $0, $1) }) == 0, with(&server, { Glibc.connect(descriptor, $0, $1) }) == 0
      else {
        close(descriptor)
        return nil
      }
      return descriptor
    }
  }

  /// As silent as they like: what is tested is not that they are cut off in the end.
  private func server() throws -> HTTPServer {
    var limits = HTTPServer.Limits()
    limits.silence = 300
    return try HTTPServer(address: "127.0.0.1", port: 0, limits: limits) { _ in EndpointResponse(text: "ok\n") }
  }
  /// On a new connection, as the kubelet makes them.
  private func probe(_ server: HTTPServer) async throws {
    let transport = CurlTransport(CurlTransport.Options(proxy: .none))
    let limit = HTTPTimeouts(connect: .seconds(10), total: .seconds(10))
    let url = "http://127.0.0.1:\(server.port)/healthz"
    #expect(try await transport.send(HTTPRequest(url: url, timeouts: limit)).status == 200)
  }

  @Test(arguments: ["another address", "many addresses", "the address of the probe"])
  func `silent clients hold up no probe`(origin: String) async throws {
    let server = try server()
    let crowd = Crowd(400, port: server.port) { number in
      switch origin {
      case "another address": 0x7f00_0002
      case "many addresses": 0x7f00_0100 + UInt32(number)
      default: 0x7f00_0001
      }
    }
    #expect(crowd.descriptors.count == 400)
    for _ in 0..<3 { try await probe(server) }
    #expect(await eventually { crowd.ended >= 400 - 256 })
    await server.stop()
  }

  @Test func `clients of one address have sixteen connections between them`() async throws {
    let server = try server()
    let crowd = Crowd(100, port: server.port) { _ in 0x7f00_0002 }
    try await probe(server)
    #expect(await eventually { crowd.ended == 100 - 16 })
    await server.stop()
  }

  @Test func `clients that send slowly hold up no probe either`() async throws {
    let server = try server()
    let crowd = Crowd(400, port: server.port) { 0x7f00_0100 + UInt32($0) }
    let start = "GET / HTTP/1.1\r\nX: "
    for piece in [start, "a", "b"] {
      for descriptor in crowd.descriptors { _ = send(descriptor, piece, piece.utf8.count, Int32(MSG_NOSIGNAL)) }
      try await probe(server)
    }
    #expect(await eventually { crowd.ended >= 400 - 256 })
    await server.stop()
  }
}
