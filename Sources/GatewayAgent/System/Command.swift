internal import CSystem
internal import Glibc

/// Runs short-lived programs: nft, ip, conntrack.
enum Command {
  struct Result {
    var exitCode: Int32
    /// Standard output and error together.
    var output: String
    var succeeded: Bool { exitCode == 0 }
  }

  static let folders = [
    "/usr/sbin", "/usr/bin", "/sbin", "/bin", "/usr/lib/ipsec", "/usr/local/sbin", "/usr/local/bin",
  ]

  /// The program's path; nil when the image does not have it.
  static func path(of name: String) -> String? {
    folders.lazy.map { "\($0)/\(name)" }.first { access($0, X_OK) == 0 }
  }

  /// Runs a program to its end. The exit code of a missing program is 127, that of one that exceeds `timeout` 137.
  static func run(
    _ name: String,
    _ arguments: [String],
    input: String? = nil,
    timeout: Duration = .seconds(30)
  ) -> Result {
    guard let path = path(of: name) else { return Result(exitCode: 127, output: "\(name): not found") }
    guard let toChild = Pipe(), let fromChild = Pipe() else {
      return Result(exitCode: 126, output: "\(name): no descriptors left")
    }
    let child: ChildProcess
    do {
      child = try ChildProcess.start(path, arguments, input: toChild.reading, output: fromChild.writing)
    } catch {
      return Result(exitCode: 126, output: "\(name): \(String(cString: strerror(error.reason)))")
    }
    toChild.closeReading()
    fromChild.closeWriting()
    var rest = ArraySlice(Array((input ?? "").utf8))
    var output: [UInt8] = []
    if rest.isEmpty { toChild.closeWriting() }
    _ = fcntl(toChild.writing, F_SETFL, O_NONBLOCK)
    let deadline = ContinuousClock.now.advanced(by: timeout)
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while ContinuousClock.now < deadline {
      var waiting = [(fromChild.reading, Int16(POLLIN))]
      if !rest.isEmpty { waiting.append((toChild.writing, Int16(POLLOUT))) }
      let events = Poll.wait(waiting, for: deadline - .now)
      if events.count > 1, events[1] != 0 {
        let count = rest.withUnsafeBytes { write(toChild.writing, $0.baseAddress, $0.count) }
        if count > 0 { rest = rest.dropFirst(count) } else if errno != EAGAIN && errno != EINTR { rest = [] }
        if rest.isEmpty { toChild.closeWriting() }
      }
      if events[0] != 0 {
        let count = read(fromChild.reading, &buffer, buffer.count)
        if count < 0 && errno == EINTR { continue }
        if count <= 0 { break }
        if output.count < 1 << 22 { output += buffer[0..<count] }
      }
    }
    while child.isRunning && ContinuousClock.now < deadline { child.ended.wait(for: deadline - .now) }
    if child.isRunning { child.stop(patience: .zero) }
    return Result(exitCode: child.exitCode ?? 137, output: String(decoding: output, as: UTF8.self))
  }
}

/// The two ends of a pipe, closed when this object is freed.
final class Pipe {
  private(set) var reading: Int32
  private(set) var writing: Int32

  init?() {
    var ends: [Int32] = [-1, -1]
    guard system_pipe(&ends) == 0 else { return nil }
    reading = ends[0]
    writing = ends[1]
  }
  deinit {
    closeReading()
    closeWriting()
  }
  func closeReading() {
    if reading >= 0 { close(reading) }
    reading = -1
  }
  func closeWriting() {
    if writing >= 0 { close(writing) }
    writing = -1
  }
  /// Hands the reading end to the caller, who closes it.
  func takeReading() -> Int32 {
    defer { reading = -1 }
    return reading
  }
}
