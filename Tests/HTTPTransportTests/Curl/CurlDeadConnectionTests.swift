internal import Foundations
internal import Glibc
internal import KubernetesTesting
internal import Testing

@testable internal import HTTPTransport

/// One connection carries many requests, and its other end stops answering.
///
/// Only what must run into a limit has a short one. Everything else may take as long as a loaded machine needs.
@Suite(.timeLimit(.minutes(10))) struct CurlDeadConnectionTests {
  /// Longer than the silence after which a connection is left, by as much as a loaded machine may delay a request.
  static let limit = HTTPTimeouts(total: .seconds(3))
  static let open = HTTPTimeouts(total: nil)
  let transport = Self.transport()

  private static func transport(_ tls: TLSConfiguration? = nil, silence: Duration = .seconds(1)) -> CurlTransport {
    var options = CurlTransport.Options(proxy: .none)
    options.longestSilence = silence...silence
    options.upgradesToHTTP2 = tls == nil
    options.tls = tls ?? options.tls
    return CurlTransport(options)
  }

  /// Answers each GET, also with a piece of the first stream that is open, and begins an answer to each POST.
  private let server = FrameServer { session, stream, method in
    switch method {
    case .get:
      if let watch = session.openStreams.first { session.send(watch, "more") }
      session.answer(stream, "ok")
    case .post:
      session.openStreams.append(stream)
      session.begin(stream)
    }
  }

  private func get(_ timeouts: HTTPTimeouts = HTTPTimeouts()) async throws(TransportError) -> Int {
    try await transport.send(HTTPRequest(url: server.url, timeouts: timeouts)).status
  }
  private func watch(_ timeouts: HTTPTimeouts = Self.open) async throws(TransportError) -> HTTPBody {
    try await transport.stream(HTTPRequest(method: "POST", url: server.url, body: [1], timeouts: timeouts)).body
  }

  @Test func `a connection on which nothing comes any more is left with all its streams`() async throws {
    let watch = try await watch()
    #expect(try await get() == 200)
    #expect(server.connections == 1)
    server.silence()
    let late = await #expect(throws: TransportError.self) { try await get(Self.limit) }
    #expect(late?.kind == .timeout)
    let broken = await #expect(throws: TransportError.self) { while try await watch.next() != nil {} }
    #expect(broken?.kind == .reset)
    #expect(try await get() == 200)
    #expect(server.connections == 2)
  }

  @Test func `a slow answer costs nobody the connection on which others are served`() async throws {
    // A busy machine, too, lets the others be served within four seconds.
    let transport = Self.transport(silence: .seconds(4))
    func get() async throws(TransportError) -> Int { try await transport.send(HTTPRequest(url: server.url)).status }
    let post = HTTPRequest(method: "POST", url: server.url, body: [1], timeouts: Self.open)
    let watch = try await transport.stream(post).body
    let isOver = Locked(false)
    let slow = Task {
      defer { isOver.withLock { $0 = true } }
      var post = post
      post.timeouts = HTTPTimeouts(total: .milliseconds(4500))
      return try await transport.send(post)
    }
    var answered = 0
    repeat {
      #expect(try await get() == 200)
      answered += 1
    } while !isOver.withLock { $0 }
    let error = await #expect(throws: TransportError.self) { try await slow.value }
    #expect(error?.kind == .timeout)
    #expect(try await get() == 200)
    // With each of these answers the watch got a piece, the last one after the slow request was given up.
    var bytes = 0
    while bytes < 4 * (answered + 1) { bytes += try #require(try await watch.next()).count }
    #expect(server.connections == 1)
  }

  @Test func `a stream that idles out takes a silent connection with it`() async throws {
    // The one that idles out comes last: nothing arrives on the connection after its own answer.
    let (other, watch) = (try await watch(), try await watch(HTTPTimeouts(total: nil, idle: .seconds(3))))
    let idle = await #expect(throws: TransportError.self) { _ = try await watch.next() }
    #expect(idle?.kind == .idle)
    let broken = await #expect(throws: TransportError.self) { _ = try await other.next() }
    #expect(broken?.kind == .reset)
    #expect(try await get() == 200)
    #expect(server.connections == 2)
  }

  @Test func `so does a request whose caller gave up after as long a silence`() async throws {
    #expect(try await get() == 200)
    server.silence()
    let waiting = Task { try await get() }
    while server.requests < 2 { try await Task.sleep(for: .milliseconds(5)) }
    // Another server's request that runs into its limit shows that the time has passed.
    let clock = RawServer { connection in while connection.read() != nil {} }
    _ = await #expect(throws: TransportError.self) {
      try await CurlTransport(.init(proxy: .none)).send(HTTPRequest(url: clock.url, timeouts: Self.limit))
    }
    waiting.cancel()
    _ = await #expect(throws: TransportError.self) { try await waiting.value }
    #expect(try await get() == 200)
    #expect(server.connections == 2)
  }

  /// What a leader or a standby does, with the limits of the product.
  @Test func `a lease request that is given up after five seconds takes the watches off a silent connection`()
    async throws
  {
    var options = CurlTransport.Options(proxy: .none)
    options.upgradesToHTTP2 = true
    let transport = CurlTransport(options)
    let watch = try await transport.stream(
      HTTPRequest(method: "POST", url: server.url, body: [1], timeouts: HTTPTimeouts(total: nil, idle: .seconds(75)))
    )
    server.silence()
    let (lease, seen) = (HTTPRequest(url: server.url), server.requests)
    let waiting = Task { try await transport.send(lease) }
    while server.requests == seen { try await Task.sleep(for: .milliseconds(5)) }
    try await Task.sleep(for: .seconds(5))
    waiting.cancel()
    let broken = await #expect(throws: TransportError.self) { while try await watch.body.next() != nil {} }
    #expect(broken?.kind == .reset)
    #expect(try await transport.send(lease).status == 200)
    #expect(server.connections == 2)
  }

  @Test(arguments: [false, true])
  func `what a server refused with GOAWAY is a lost answer, told plainly`(isAlone: Bool) async throws {
    let posts = Locked(0)
    let server = FrameServer { session, stream, method in
      guard method == .post else { return isAlone ? session.answer(stream, "ok") : session.begin(stream) }
      posts.withLock { $0 += 1 }
      session.goAway(last: stream - 2)
    }
    let first = try await transport.stream(HTTPRequest(url: server.url, timeouts: Self.open))
    if isAlone { while try await first.body.next() != nil {} }
    let error = await #expect(throws: TransportError.self) {
      try await transport.send(HTTPRequest(method: "POST", url: server.url, body: [1]))
    }
    #expect(error?.kind == .reset && error?.mayHaveBeenProcessed == true)
    let words = error?.message ?? ""
    #expect(words.contains("before") && words.hasSuffix("the server may have acted on the request"))
    #expect(!words.contains("callback") && !words.contains("framing"))
    #expect(posts.withLock { $0 } == 1)
    #expect(try await transport.stream(HTTPRequest(url: server.url)).head.status == 200)
    withExtendedLifetime(first) {}
  }

  @Test func `the kernel gives up what nobody acknowledges after half a minute`() {
    let socket = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(socket) }
    CurlSockets().opened(socket)
    var (limit, size) = (Int32(0), socklen_t(MemoryLayout<Int32>.size))
    #expect(getsockopt(socket, Int32(IPPROTO_TCP), TCP_USER_TIMEOUT, &limit, &size) == 0)
    #expect(limit == 30_000)
  }

  /// An API server that hangs behind a load balancer: connections stay, new ones lead to another server.
  @Test(.enabled(if: TestControlPlane.isControllable, "needs KUBEBUILDER_ASSETS"))
  func `an API server that hangs behind a load balancer is left for the next one`() async throws {
    let plane = try await TestControlPlane.shared()
    let port = try #require(HTTPTarget(plane.server)?.port)
    let (count, silenced) = (Locked(0), Locked(0))
    let balancer = RawServer { connection in
      let number = count.withLock { count in
        count += 1
        return count
      }
      connection.splice(port: port) { _ in number > silenced.withLock { $0 } }
    }
    let transport = Self.transport(plane.tls())
    func request(_ path: String, _ timeouts: HTTPTimeouts = HTTPTimeouts()) -> HTTPRequest {
      let token = "Bearer \(TestControlPlane.Token.admin.rawValue)"
      let url = "https://127.0.0.1:\(balancer.port)\(path)"
      return HTTPRequest(url: url, headers: ["Authorization": token], timeouts: timeouts)
    }
    let watch = try await transport.stream(request("/api/v1/nodes?watch=true&resourceVersion=0", Self.open))
    #expect(watch.head.status == 200)
    #expect(try await transport.send(request("/version")).status == 200)
    #expect(count.withLock { $0 } == 1)
    silenced.withLock { $0 = 1 }
    // Only one that may be repeated: libcurl makes a connection for each, as long as none stands.
    let other = Task { try await transport.send(request("/version")) }
    let late = await #expect(throws: TransportError.self) {
      try await transport.send(request("/version", Self.limit))
    }
    #expect(late?.kind == .timeout)
    // The one that ran into its limit ended the connection.
    switch await other.result {
    case .success(let answer): #expect(answer.status == 200)
    case .failure(let error): #expect((error as? TransportError)?.kind == .reset)
    }
    let broken = await #expect(throws: TransportError.self) { while try await watch.body.next() != nil {} }
    #expect(broken?.kind == .reset)
    #expect(try await transport.send(request("/version")).status == 200)
    #expect(count.withLock { $0 } == 2)
  }
}
