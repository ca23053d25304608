internal import Foundations
internal import Gateway
internal import Glibc

/// Serves `EndpointAnswer`s over HTTP/1.1 on one thread, one request a connection. A `/status` that the client knows
/// already is held until it changes (docs/decisions/0002); slow or silent clients are given up after 2 s.
final class StatusListener: Sendable {
  /// Connections at a time; more wait in the kernel's queue.
  static let maximumClients = 256
  static let patience = Duration.seconds(2)

  private let context: AgentContext
  private let descriptor: Int32
  private let changed: Wakeup

  /// Nil when the port is taken.
  init?(context: AgentContext, port: Int) {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    guard descriptor >= 0 else { return nil }
    _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
    _ = fcntl(descriptor, F_SETFL, O_NONBLOCK)
    var yes: Int32 = 1
    setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size))
    let bound = SocketProbe.withAddress(ForwardTarget(address: IPv4Address(bits: 0), port: port)) {
      bind(descriptor, $0, $1)
    }
    guard bound == 0, listen(descriptor, 64) == 0 else {
      close(descriptor)
      return nil
    }
    self.context = context
    self.descriptor = descriptor
    changed = context.listen()
  }

  func start() {
    WorkerThread.start("status") { self.run() }
  }

  private enum Stage {
    case receiving([UInt8])
    /// Held until the status has another tag than this.
    case held(HTTPRequestHead, tag: String)
    case sending(ArraySlice<UInt8>)
    case done
  }

  private struct Client {
    var descriptor: Int32
    var stage = Stage.receiving([])
    var deadline: ContinuousClock.Instant
    var events: Int16 {
      switch stage {
      case .receiving, .held, .done: Int16(POLLIN)
      case .sending: Int16(POLLOUT)
      }
    }
  }

  private func run() {
    var clients: [Client] = []
    while true {
      context.beat("status")
      let waiting = [(changed.descriptor, Int16(POLLIN)), (descriptor, Int16(POLLIN))]
      let now = ContinuousClock.now
      let next = clients.map(\.deadline).min().map { max(.milliseconds(1), $0 - now) } ?? .seconds(5)
      let events = Poll.wait(waiting + clients.map { ($0.descriptor, $0.events) }, for: min(next, .seconds(5)))
      changed.take()
      let isHolding = clients.contains { if case .held = $0.stage { true } else { false } }
      let state = isHolding ? context.snapshot : nil
      let tag = state.map { EndpointAnswer.entityTag(of: $0.status) }
      var open: [Client] = []
      for (client, event) in zip(clients, events.dropFirst(2)) {
        var client = client
        advance(&client, event != 0, state, tag)
        if case .done = client.stage { close(client.descriptor) } else { open.append(client) }
      }
      clients = open
      while events[1] != 0 && clients.count < Self.maximumClients {
        let accepted = accept(descriptor, nil, nil)
        guard accepted >= 0 else { break }
        _ = fcntl(accepted, F_SETFD, FD_CLOEXEC)
        _ = fcntl(accepted, F_SETFL, O_NONBLOCK)
        clients.append(Client(descriptor: accepted, deadline: .now.advanced(by: Self.patience)))
      }
    }
  }

  private func advance(_ client: inout Client, _ isReady: Bool, _ state: AgentState?, _ tag: String?) {
    let isOver = ContinuousClock.now >= client.deadline
    switch client.stage {
    case .receiving(var received):
      guard isReady else {
        if isOver { client.stage = .done }
        return
      }
      var buffer = [UInt8](repeating: 0, count: 4096)
      let count = read(client.descriptor, &buffer, buffer.count)
      if count < 0 && (errno == EAGAIN || errno == EINTR) { return }
      guard count > 0, received.count + count <= HTTPRequestHead.maximumLength else {
        client.stage = .done
        return
      }
      received += buffer[0..<count]
      client.stage = .receiving(received)
      if let head = HTTPRequestHead(received) { begin(head, &client) }
    case .held(let head, let known):
      if isReady {
        // The client has hung up, or speaks out of turn.
        client.stage = .done
      } else if let state, tag != known {
        answer(head, state, &client)
      } else if isOver {
        respond(304, "Not Modified", ["ETag: \(known)"], body: nil, &client)
      }
    case .sending:
      if isReady { flush(&client) } else if isOver { client.stage = .done }
    case .done: break
    }
  }

  private func begin(_ head: HTTPRequestHead, _ client: inout Client) {
    let state = context.snapshot
    if head.target == "/status", let known = head.knownTag, let wait = head.wait,
      known == EndpointAnswer.entityTag(of: state.status)
    {
      client.stage = .held(head, tag: known)
      client.deadline = .now.advanced(by: wait)
    } else {
      answer(head, state, &client)
    }
  }

  private func answer(_ head: HTTPRequestHead, _ state: AgentState, _ client: inout Client) {
    let answer =
      head.method == "GET" || head.method == "HEAD"
      ? EndpointAnswer(path: head.target, state: state, stalled: context.stalled())
      : EndpointAnswer(405, "only GET\n")
    if let tag = answer.entityTag, tag == head.knownTag {
      respond(304, "Not Modified", ["ETag: \(tag)"], body: nil, &client)
      return
    }
    let reasons = [200: "OK", 404: "Not Found", 405: "Method Not Allowed", 500: "Internal Server Error"]
    var headers = ["Content-Type: \(answer.contentType)", "Content-Length: \(answer.body.utf8.count)"]
    if let tag = answer.entityTag { headers.append("ETag: \(tag)") }
    let body = head.method == "HEAD" ? nil : answer.body
    respond(answer.status, reasons[answer.status] ?? "Service Unavailable", headers, body: body, &client)
  }

  private func respond(_ status: Int, _ reason: String, _ headers: [String], body: String?, _ client: inout Client) {
    let lines = ["HTTP/1.1 \(status) \(reason)"] + headers + ["Connection: close", "", ""]
    client.stage = .sending(ArraySlice(Array((lines.joined(separator: "\r\n") + (body ?? "")).utf8)))
    client.deadline = .now.advanced(by: Self.patience)
    flush(&client)
  }

  private func flush(_ client: inout Client) {
    guard case .sending(var rest) = client.stage else { return }
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { send(client.descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
      if count < 0 {
        client.stage = errno == EAGAIN || errno == EINTR ? .sending(rest) : .done
        return
      }
      rest = rest.dropFirst(count)
    }
    client.stage = .done
  }
}
