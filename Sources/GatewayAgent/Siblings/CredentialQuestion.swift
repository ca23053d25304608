internal import FoundationEssentials
internal import Foundations
internal import Gateway
internal import Glibc

/// Asks other gateways what became of the connection's user name and password there (`GET /credentials`).
enum CredentialQuestion {
  /// A gateway's answer. It gives an age because clocks differ between machines.
  struct Answer: Codable, Sendable, Hashable {
    var tunnel: String
    var revision: String
    var verdict: CredentialRecord.Verdict
    var refusals: Int
    var secondsAgo: Int64

    init(_ record: CredentialRecord, now: Timestamp) {
      tunnel = record.tunnel
      revision = record.revision
      verdict = record.verdict
      refusals = record.refusals
      secondsAgo = max(0, now.since(record.since).components.seconds)
    }

    func record(now: Timestamp) -> CredentialRecord {
      CredentialRecord(
        tunnel: tunnel,
        revision: revision,
        verdict: verdict,
        refusals: min(max(0, refusals), 1000),
        // Ages of more than a day are cut: the answer decides for how long another gateway does not connect.
        since: now.advanced(by: .seconds(-min(max(0, secondsAgo), 86_400)))
      )
    }
  }

  static let timeout = Duration.milliseconds(300)
  private static let longestAnswer = 4096

  /// Asks one gateway after the other, and leaves out those that do not answer in time.
  static func ask(_ gateways: [IPv4Address], port: Int, time: any TimeSource) -> [CredentialRecord] {
    gateways.compactMap { gateway in
      guard let bytes = get("/credentials", of: gateway, port: port), let body = body(of: bytes),
        let answer = try? JSONDecoder().decode(Answer.self, from: Data(body))
      else { return nil }
      return answer.record(now: time.timestamp)
    }
  }

  /// The body of an answer with status 200; nil for any other.
  static func body(of answer: [UInt8]) -> ArraySlice<UInt8>? {
    guard answer.count > 12, answer.starts(with: Array("HTTP/1.".utf8)),
      Array(answer[9..<12]) == Array("200".utf8)
    else {
      return nil
    }
    let separator = Array("\r\n\r\n".utf8)
    for index in 12..<max(12, answer.count - 3) where Array(answer[index..<index + 4]) == separator {
      return answer[(index + 4)...]
    }
    return nil
  }

  private static func get(_ path: String, of gateway: IPv4Address, port: Int) -> [UInt8]? {
    guard let descriptor = SocketProbe.makeSocket(Int32(SOCK_STREAM.rawValue), device: nil) else {
      return nil
    }
    defer { close(descriptor) }
    let result = SocketProbe.withAddress(ForwardTarget(address: gateway, port: port)) {
      connect(descriptor, $0, $1)
    }
    guard result == 0 || errno == EINPROGRESS else { return nil }
    let deadline = ContinuousClock.now.advanced(by: timeout)
    guard Poll.wait([(descriptor, Int16(POLLOUT))], for: timeout)[0] != 0,
      UnixSocket.sendAll(descriptor, Array("GET \(path) HTTP/1.0\r\nHost: gateway\r\n\r\n".utf8))
    else { return nil }
    var received: [UInt8] = []
    while received.count < longestAnswer, ContinuousClock.now < deadline {
      guard let bytes = UnixSocket.receive(descriptor, timeout: deadline - .now) else { return nil }
      if bytes.isEmpty { return received }
      received += bytes
    }
    return nil
  }
}
