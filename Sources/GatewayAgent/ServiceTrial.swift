internal import Foundations
internal import Glibc

/// `cloudlinker-gateway try HOST:PORT` connects to a Service once, as any program of the pod does, and reports how far
/// it got. It exists for `kubectl cloudlinker try`, which has only this image.
public enum ServiceTrial {
  struct Verdict: Equatable {
    var isReached: Bool
    var message: String
  }

  /// How long each address of the name may take to answer.
  static let patience = Duration.seconds(5)
  /// How long a connection must stay open: a gateway that forwards in user space accepts before it reaches the target,
  /// and closes when it cannot.
  static let hold = Duration.seconds(1)

  /// - Parameter words: `HOST:PORT`, and `--report=PATH` for a file that also gets the line.
  /// - Returns: the exit code: 0 reached, 1 not reached, 2 not understood.
  public static func run(_ words: [String]) -> Int32 {
    var report: String?
    var target: (host: String, port: UInt16)?
    for word in words {
      let parts = word.split(separator: ":", omittingEmptySubsequences: false)
      if word.hasPrefix("--report=") {
        report = String(word.dropFirst("--report=".count))
      } else if target == nil, parts.count == 2, !parts[0].isEmpty, let port = UInt16(parts[1]), port > 0 {
        target = (String(parts[0]), port)
      } else {
        Logger.standardError("cloudlinker-gateway: try: \(word) is no HOST:PORT\n")
        return 2
      }
    }
    guard let target else {
      Logger.standardError("cloudlinker-gateway: try needs HOST:PORT\n")
      return 2
    }
    let verdict = attempt(target.host, target.port, patience: patience, hold: hold)
    print(verdict.message)
    if let report { write(verdict.message + "\n", to: report) }
    return verdict.isReached ? 0 : 1
  }

  static func attempt(_ host: String, _ port: UInt16, patience: Duration, hold: Duration) -> Verdict {
    var hints = addrinfo()
    hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
    var list: UnsafeMutablePointer<addrinfo>?
    let code = getaddrinfo(host, String(port), &hints, &list)
    guard code == 0 else {
      return Verdict(isReached: false, message: "\(host) does not resolve: \(String(cString: gai_strerror(code)))")
    }
    defer { freeaddrinfo(list) }
    var failures: [String] = []
    var next = list
    while let entry = next?.pointee {
      let verdict = connect(entry, host, patience: patience, hold: hold)
      if verdict.isReached { return verdict }
      failures.append(verdict.message)
      next = entry.ai_next
    }
    return Verdict(isReached: false, message: failures.joined(separator: "; "))
  }

  private static func connect(_ entry: addrinfo, _ host: String, patience: Duration, hold: Duration) -> Verdict {
    let began = ContinuousClock.now
    let address = text(of: entry)
    func fail(_ message: String) -> Verdict { Verdict(isReached: false, message: "\(host) is \(address), \(message)") }
    let descriptor = socket(entry.ai_family, entry.ai_socktype | Int32(SOCK_NONBLOCK.rawValue), entry.ai_protocol)
    guard descriptor >= 0 else { return fail("and no socket could be made: \(reason(errno))") }
    defer { close(descriptor) }
    if Glibc.connect(descriptor, entry.ai_addr, entry.ai_addrlen) != 0 {
      guard errno == EINPROGRESS else { return fail(words(errno)) }
      guard Poll.wait([(descriptor, Int16(POLLOUT))], for: patience)[0] != 0 else {
        return fail("which did not answer in \(patience.components.seconds) s")
      }
      var error: Int32 = 0
      var size = socklen_t(MemoryLayout<Int32>.size)
      getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &error, &size)
      guard error == 0 else { return fail(words(error)) }
    }
    let duration = ContinuousClock.now - began
    if Poll.wait([(descriptor, Int16(POLLIN))], for: hold)[0] != 0 {
      var byte: UInt8 = 0
      guard recv(descriptor, &byte, 1, Int32(MSG_PEEK)) == 1 else {
        return fail("which took the connection and closed it: what is behind it does not answer")
      }
    }
    let milliseconds = duration.components.seconds * 1000 + duration.components.attoseconds / 1_000_000_000_000_000
    return Verdict(isReached: true, message: "\(host) is \(address), connected in \(milliseconds) ms")
  }

  private static func words(_ error: Int32) -> String {
    error == ECONNREFUSED ? "which refused the connection" : "which cannot be reached: \(reason(error))"
  }

  private static func reason(_ error: Int32) -> String { String(cString: strerror(error)) }

  private static func text(of entry: addrinfo) -> String {
    var name = [CChar](repeating: 0, count: Int(NI_MAXHOST))
    getnameinfo(entry.ai_addr, entry.ai_addrlen, &name, socklen_t(name.count), nil, 0, NI_NUMERICHOST)
    return String(decoding: name.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
  }

  /// Writes to a file that exists: `/dev/termination-log`, which the kubelet makes.
  private static func write(_ text: String, to path: String) {
    let descriptor = open(path, O_WRONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return }
    defer { close(descriptor) }
    _ = text.withCString { Glibc.write(descriptor, $0, strlen($0)) }
  }
}
