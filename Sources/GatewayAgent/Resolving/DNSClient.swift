internal import Foundations
internal import Gateway
internal import Glibc

/// Asks name servers behind the tunnel over UDP, and over TCP when an answer does not fit. Blocks.
enum DNSClient {
  enum Result: Sendable, Hashable {
    case answered(DNSMessage.Answer)
    case silent
  }

  /// Asks several questions at once and sends each at most twice.
  static func ask(_ questions: [AgentState.Question], device: String?, timeout: Duration) -> [Result] {
    var results = [Result](repeating: .silent, count: questions.count)
    for _ in 0..<2 {
      let open = results.indices.filter { results[$0] == .silent }
      guard !open.isEmpty else { break }
      for (index, result) in zip(open, overUDP(open.map { questions[$0] }, device: device, timeout: timeout)) {
        results[index] = result
      }
    }
    for (index, result) in results.enumerated() where result == .answered(.truncated) {
      results[index] = overTCP(questions[index], device: device, timeout: timeout)
    }
    return results
  }

  private static func overUDP(_ questions: [AgentState.Question], device: String?, timeout: Duration) -> [Result] {
    struct Pending {
      var index: Int
      var id: UInt16
      var descriptor: Int32
    }
    let deadline = ContinuousClock.now.advanced(by: timeout)
    var results = [Result](repeating: .silent, count: questions.count)
    var pending: [Pending] = []
    defer {
      for question in pending { close(question.descriptor) }
    }
    for (index, question) in questions.enumerated() {
      let id = UInt16.random(in: .min ... .max)
      guard let message = DNSMessage.question(question.name, id: id),
        let descriptor = SocketProbe.makeSocket(Int32(SOCK_DGRAM.rawValue), device: device)
      else { continue }
      // The socket is connected, so that the kernel drops answers from other addresses and ports.
      let connected = SocketProbe.withAddress(ForwardTarget(address: question.server, port: 53)) {
        connect(descriptor, $0, $1)
      }
      guard connected == 0, send(descriptor, message, message.count, Int32(MSG_NOSIGNAL)) == message.count else {
        close(descriptor)
        continue
      }
      pending.append(Pending(index: index, id: id, descriptor: descriptor))
    }
    while !pending.isEmpty && ContinuousClock.now < deadline {
      let events = Poll.wait(pending.map { ($0.descriptor, Int16(POLLIN)) }, for: deadline - .now)
      var left: [Pending] = []
      for (question, event) in zip(pending, events) {
        var buffer = [UInt8](repeating: 0, count: 4096)
        let count = event == 0 ? -1 : recv(question.descriptor, &buffer, buffer.count, 0)
        if count > 0,
          let answer = DNSMessage.answer(
            Array(buffer[0..<count]),
            to: questions[question.index].name,
            id: question.id
          )
        {
          results[question.index] = .answered(answer)
          close(question.descriptor)
        } else if event & Int16(POLLERR) != 0 {
          close(question.descriptor)
        } else {
          left.append(question)
        }
      }
      pending = left
    }
    return results
  }

  private static func overTCP(_ question: AgentState.Question, device: String?, timeout: Duration) -> Result {
    let id = UInt16.random(in: .min ... .max)
    guard let message = DNSMessage.question(question.name, id: id),
      let descriptor = SocketProbe.makeSocket(Int32(SOCK_STREAM.rawValue), device: device)
    else { return .silent }
    defer { close(descriptor) }
    let deadline = ContinuousClock.now.advanced(by: timeout)
    let result = SocketProbe.withAddress(ForwardTarget(address: question.server, port: 53)) {
      connect(descriptor, $0, $1)
    }
    guard result == 0 || errno == EINPROGRESS,
      Poll.wait([(descriptor, Int16(POLLOUT))], for: deadline - .now)[0] == Int16(POLLOUT),
      UnixSocket.sendAll(descriptor, [UInt8(message.count >> 8), UInt8(message.count & 255)] + message)
    else { return .silent }
    var received: [UInt8] = []
    while ContinuousClock.now < deadline {
      guard let bytes = UnixSocket.receive(descriptor, timeout: max(.zero, deadline - .now)), !bytes.isEmpty else {
        break
      }
      received += bytes
      guard received.count >= 2 else { continue }
      let length = Int(received[0]) << 8 | Int(received[1])
      guard received.count >= 2 + length else { continue }
      let answer = DNSMessage.answer(Array(received[2..<2 + length]), to: question.name, id: id)
      return answer.map { .answered($0) } ?? .silent
    }
    return .silent
  }
}
