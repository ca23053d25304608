internal import Foundations
internal import Gateway
internal import Glibc

/// The connections of a `StatusListener`. Used by its thread alone.
struct StatusClients {
  private enum Stage {
    case receiving([UInt8])
    /// Held until the status has a tag other than this one.
    case held(HTTPRequestHead, tag: String)
    case sending(ArraySlice<UInt8>)
    case done
  }

  private struct Client {
    var descriptor: Int32
    var address: IPv4Address
    var stage = Stage.receiving([])
    /// When the present stage began.
    var since: ContinuousClock.Instant
    var deadline: ContinuousClock.Instant
    var events: Int16 { if case .sending = stage { Int16(POLLOUT) } else { Int16(POLLIN) } }
    var entry: ClientAdmission.Entry {
      switch stage {
      case .receiving, .done: ClientAdmission.Entry(address: address, idleSince: since)
      case .held: ClientAdmission.Entry(address: address, idleSince: since, isHeld: true)
      case .sending: ClientAdmission.Entry(address: address)
      }
    }
  }

  private let context: AgentContext
  private var clients: [Client] = []
  /// The tag of the present status. Nil until someone needs it, since computing it encodes the whole status.
  private var tag: String?
  private var answers = AnswerCache()

  init(context: AgentContext) { self.context = context }

  /// Descriptors and the events to wait for, in the order of the connections.
  var waiting: [(Int32, Int16)] { clients.map { ($0.descriptor, $0.events) } }
  var untilNextDeadline: Duration {
    clients.map(\.deadline).min().map { max(.milliseconds(1), $0 - context.time.now) } ?? .seconds(5)
  }

  mutating func statusMayHaveChanged() {
    tag = nil
    answers.invalidate()
  }

  /// Takes ownership of a new connection, or closes it.
  mutating func admit(_ descriptor: Int32, from address: IPv4Address) {
    switch ClientAdmission.verdict(on: address, among: clients.map(\.entry)) {
    case .admitted: break
    case .refused:
      close(descriptor)
      return
    case .admittedInPlace(let index): giveWay(index)
    }
    let now = context.time.now
    let deadline = now.advanced(by: StatusListener.patience)
    clients.append(Client(descriptor: descriptor, address: address, since: now, deadline: deadline))
  }

  /// - Parameter events: of `waiting`.
  mutating func advance(_ events: [Int16]) {
    answers.expire(now: context.time.now)
    for (index, event) in events.enumerated() { advance(index, event != 0) }
    clients.removeAll { client in
      guard case .done = client.stage else { return false }
      close(client.descriptor)
      return true
    }
  }

  /// Closes a connection. A held request is first answered that nothing has changed, which is true.
  private mutating func giveWay(_ index: Int) {
    if case .held(_, let known) = clients[index].stage { respondUnchanged(known, index) }
    close(clients[index].descriptor)
    clients.remove(at: index)
  }

  private mutating func advance(_ index: Int, _ isReady: Bool) {
    let isOver = context.time.now >= clients[index].deadline
    switch clients[index].stage {
    case .receiving(let received):
      if isReady { receive(received, index) } else if isOver { clients[index].stage = .done }
    case .held(let head, let known):
      if isReady {
        // The client hung up, or sent more before it had its answer.
        clients[index].stage = .done
      } else if currentTag() != known {
        answer(head, index)
      } else if isOver {
        respondUnchanged(known, index)
      }
    case .sending:
      if isReady { flush(index) } else if isOver { clients[index].stage = .done }
    case .done: break
    }
  }

  private mutating func receive(_ former: [UInt8], _ index: Int) {
    var buffer = [UInt8](repeating: 0, count: 4096)
    let count = read(clients[index].descriptor, &buffer, buffer.count)
    if count < 0 && (errno == EAGAIN || errno == EINTR) { return }
    guard count > 0, former.count + count <= HTTPRequestHead.maximumLength else {
      clients[index].stage = .done
      return
    }
    let received = former + buffer[0..<count]
    clients[index].stage = .receiving(received)
    if let head = HTTPRequestHead(received) { begin(head, index) }
  }

  private mutating func begin(_ head: HTTPRequestHead, _ index: Int) {
    guard head.target == "/status", let known = head.knownTag, let wait = head.wait, known == currentTag() else {
      answer(head, index)
      return
    }
    if let released = ClientAdmission.released(for: clients[index].address, among: clients.map(\.entry)),
      case .held(_, let tag) = clients[released].stage
    {
      respondUnchanged(tag, released)
    }
    let now = context.time.now
    clients[index].stage = .held(head, tag: known)
    clients[index].since = now
    clients[index].deadline = now.advanced(by: wait)
  }

  private mutating func currentTag() -> String {
    if let tag { return tag }
    let current = EndpointAnswer.entityTag(of: context.snapshot.status)
    tag = current
    return current
  }

  // MARK: Answers

  private mutating func answer(_ head: HTTPRequestHead, _ index: Int) {
    let answer =
      head.method == "GET" || head.method == "HEAD"
      ? answers.answer(head.target, now: context.time.now) { [context] in
        if EndpointAnswer.path(of: head.target) == "/metrics" { context.count { $0.scrapes &+= 1 } }
        return EndpointAnswer(
          path: head.target,
          state: context.snapshot,
          stalled: context.stalled(),
          now: context.time.timestamp
        )
      }
      : EndpointAnswer(405, "only GET\n")
    if let tag = answer.entityTag, tag == head.knownTag {
      respondUnchanged(tag, index)
      return
    }
    let reasons = [200: "OK", 404: "Not Found", 405: "Method Not Allowed", 500: "Internal Server Error"]
    var headers = ["Content-Type: \(answer.contentType)", "Content-Length: \(answer.body.utf8.count)"]
    if let tag = answer.entityTag { headers.append("ETag: \(tag)") }
    let body = head.method == "HEAD" ? nil : answer.body
    respond(answer.status, reasons[answer.status] ?? "Service Unavailable", headers, body: body, index)
  }

  private mutating func respondUnchanged(_ tag: String, _ index: Int) {
    respond(304, "Not Modified", ["ETag: \(tag)"], body: nil, index)
  }

  private mutating func respond(_ status: Int, _ reason: String, _ headers: [String], body: String?, _ index: Int) {
    let lines = ["HTTP/1.1 \(status) \(reason)"] + headers + ["Connection: close", "", ""]
    clients[index].stage = .sending(ArraySlice(Array((lines.joined(separator: "\r\n") + (body ?? "")).utf8)))
    clients[index].deadline = context.time.now.advanced(by: StatusListener.patience)
    flush(index)
  }

  private mutating func flush(_ index: Int) {
    guard case .sending(var rest) = clients[index].stage else { return }
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { [descriptor = clients[index].descriptor] in
        send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
      }
      if count < 0 {
        clients[index].stage = errno == EAGAIN || errno == EINTR ? .sending(rest) : .done
        return
      }
      rest = rest.dropFirst(count)
    }
    clients[index].stage = .done
  }
}
