internal import Foundations
internal import Gateway
internal import Glibc

/// Sends one GET to several gateways at once. By default it asks whether they take new connections.
enum ReadinessQuestion {
  static func ask(
    _ gateways: [IPv4Address],
    target: String = "/readyz?local",
    port: Int,
    timeout: Duration
  ) -> [SiblingHealth.Answer] {
    struct Question {
      var index: Int
      var descriptor: Int32
      var isSent = false
      var received: [UInt8] = []
    }
    let deadline = ContinuousClock.now.advanced(by: timeout)
    var answers = [SiblingHealth.Answer](repeating: .silent, count: gateways.count)
    var open: [Question] = []
    defer {
      for question in open { close(question.descriptor) }
    }
    for (index, address) in gateways.enumerated() {
      guard let descriptor = SocketProbe.makeSocket(Int32(SOCK_STREAM.rawValue), device: nil) else { continue }
      let result = SocketProbe.withAddress(ForwardTarget(address: address, port: port)) {
        connect(descriptor, $0, $1)
      }
      if result == 0 || errno == EINPROGRESS {
        open.append(Question(index: index, descriptor: descriptor))
      } else {
        close(descriptor)
      }
    }
    let request = Array("GET \(target) HTTP/1.0\r\nHost: gateway\r\n\r\n".utf8)
    while !open.isEmpty && ContinuousClock.now < deadline {
      let events = Poll.wait(
        open.map { ($0.descriptor, Int16($0.isSent ? POLLIN : POLLOUT)) },
        for: deadline - .now
      )
      var left: [Question] = []
      for (question, event) in zip(open, events) {
        var question = question
        var isDone = false
        if event != 0 {
          if question.isSent {
            var buffer = [UInt8](repeating: 0, count: 64)
            let count = read(question.descriptor, &buffer, buffer.count)
            if count > 0 { question.received += buffer[0..<count] }
            if let answer = Self.answer(question.received) {
              answers[question.index] = answer
              isDone = true
            } else if count == 0 || count < 0 && errno != EAGAIN {
              isDone = true
            }
          } else {
            let count = request.withUnsafeBytes {
              send(question.descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            question.isSent = true
            isDone = count != request.count
          }
        }
        if isDone { close(question.descriptor) } else { left.append(question) }
      }
      open = left
    }
    return answers
  }

  /// Reads a status line such as `HTTP/1.1 200 OK`; nil while it is incomplete.
  static func answer(_ bytes: [UInt8]) -> SiblingHealth.Answer? {
    guard bytes.count >= 12 else { return nil }
    guard bytes.starts(with: Array("HTTP/1.".utf8)) else { return .silent }
    return Array(bytes[9..<12]) == Array("200".utf8) ? .ready : .notReady
  }
}
