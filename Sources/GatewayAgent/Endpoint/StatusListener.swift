internal import Foundations
internal import Gateway
internal import Glibc

/// Serves `EndpointAnswer`s over HTTP/1.1, one short request a connection, on one thread. Requests are small and
/// answered from memory; slow or silent clients are given up after 2 s.
final class StatusListener: Sendable {
  private let context: AgentContext
  private let descriptor: Int32

  /// Nil when the port is taken.
  init?(context: AgentContext, port: Int) {
    self.context = context
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
    self.descriptor = descriptor
  }

  func start() {
    WorkerThread.start("status") { self.run() }
  }

  private struct Client {
    var descriptor: Int32
    var received: [UInt8] = []
    var pending: ArraySlice<UInt8> = []
    var deadline: ContinuousClock.Instant
  }

  private func run() {
    var clients: [Client] = []
    while true {
      var waiting = [(descriptor, Int16(POLLIN))]
      waiting += clients.map { ($0.descriptor, Int16($0.pending.isEmpty ? POLLIN : POLLOUT)) }
      let events = Poll.wait(waiting, for: clients.isEmpty ? .seconds(5) : .milliseconds(200))
      var open: [Client] = []
      for (index, client) in clients.enumerated() {
        var client = client
        if serve(&client, events[index + 1] != 0) { open.append(client) } else { close(client.descriptor) }
      }
      clients = open
      guard events[0] != 0 else { continue }
      while clients.count < 256 {
        let accepted = accept(descriptor, nil, nil)
        guard accepted >= 0 else { break }
        _ = fcntl(accepted, F_SETFD, FD_CLOEXEC)
        _ = fcntl(accepted, F_SETFL, O_NONBLOCK)
        clients.append(Client(descriptor: accepted, deadline: .now.advanced(by: .seconds(2))))
      }
    }
  }

  /// False when the connection is done with.
  private func serve(_ client: inout Client, _ isReady: Bool) -> Bool {
    guard ContinuousClock.now < client.deadline else { return false }
    guard isReady else { return true }
    if client.pending.isEmpty {
      var buffer = [UInt8](repeating: 0, count: 4096)
      let count = read(client.descriptor, &buffer, buffer.count)
      if count < 0 { return errno == EAGAIN || errno == EINTR }
      guard count > 0, client.received.count + count <= 16_384 else { return false }
      client.received += buffer[0..<count]
      guard let end = client.received.firstIndex(of: UInt8(ascii: "\n")), Self.isComplete(client.received) else {
        return true
      }
      client.pending = ArraySlice(answer(String(decoding: client.received[..<end], as: UTF8.self)))
    }
    while !client.pending.isEmpty {
      let count = client.pending.withUnsafeBytes {
        send(client.descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
      }
      if count < 0 { return errno == EAGAIN || errno == EINTR }
      client.pending = client.pending.dropFirst(count)
    }
    shutdown(client.descriptor, Int32(SHUT_WR))
    return false
  }

  private static func isComplete(_ bytes: [UInt8]) -> Bool {
    String(decoding: bytes, as: UTF8.self).contains("\r\n\r\n") || bytes.suffix(2) == [10, 10]
  }

  private func answer(_ requestLine: String) -> [UInt8] {
    let words = requestLine.split { $0 == " " || $0 == "\r" || $0 == "\r\n" }
    let answer =
      words.count >= 2 && (words[0] == "GET" || words[0] == "HEAD")
      ? EndpointAnswer(path: String(words[1]), state: context.snapshot, stalled: context.stalled())
      : EndpointAnswer(405, "only GET\n")
    let reason = [200: "OK", 404: "Not Found", 405: "Method Not Allowed", 500: "Internal Server Error"]
    let head =
      "HTTP/1.1 \(answer.status) \(reason[answer.status] ?? "Service Unavailable")\r\nContent-Type: \(answer.contentType)"
      + "\r\nContent-Length: \(answer.body.utf8.count)\r\nConnection: close\r\n\r\n"
    return Array((head + (words.first == "HEAD" ? "" : answer.body)).utf8)
  }
}
