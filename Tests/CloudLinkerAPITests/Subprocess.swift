internal import Foundation
internal import Glibc
internal import Synchronization

/// Programs that tests run, on threads of their own: the cooperative pool has as many as there are cores.
enum Subprocess {
  /// Pipes whose other ends keep a program alive as long as this process lives.
  private static let kept = Mutex<[Pipe]>([])

  /// A few at a time: Foundation's Process corrupts memory with hundreds at once.
  private static let queue: OperationQueue = {
    let queue = OperationQueue()
    queue.maxConcurrentOperationCount = 4
    return queue
  }()

  /// Runs a program to its end; its standard output and error together.
  static func run(_ path: String, _ arguments: [String], input: Data? = nil) async throws -> String {
    try await onThread {
      let (process, output) = try start(path, arguments, input: nil, feed: input)
      var data = Data()
      while let part = read(output) { data += part }
      process.waitUntilExit()
      return String(decoding: data, as: UTF8.self)
    }
  }

  /// Starts a program that ends when its standard input does; the first line that it prints.
  static func keep(_ path: String, _ arguments: [String]) async throws -> String {
    try await onThread {
      let input = Pipe()
      kept.withLock { $0.append(input) }
      let (_, output) = try start(path, arguments, input: input, feed: nil)
      kept.withLock { $0.append(output) }
      var text = Data()
      while let part = read(output) {
        text += part
        if text.starts(with: Data("ready ".utf8)), text.contains(UInt8(ascii: "\n")) { break }
      }
      return String(decoding: text, as: UTF8.self).trimmingCharacters(in: .newlines)
    }
  }

  /// What has come in, nil at the end. FileHandle's own reading traps when a signal interrupts it.
  private static func read(_ pipe: Pipe) -> Data? {
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while true {
      let count = Glibc.read(pipe.fileHandleForReading.fileDescriptor, &buffer, buffer.count)
      if count > 0 { return Data(buffer[..<count]) }
      if count == 0 || errno != EINTR { return nil }
    }
  }

  private static func start(_ path: String, _ arguments: [String], input: Pipe?, feed: Data?) throws -> (Process, Pipe)
  {
    let process = Process()
    process.executableURL = URL(filePath: path)
    process.arguments = arguments
    let output = Pipe()
    process.standardOutput = output
    process.standardError = output
    let stdin = input ?? Pipe()
    process.standardInput = stdin
    try process.run()
    if input == nil {
      if let feed { try stdin.fileHandleForWriting.write(contentsOf: feed) }
      try stdin.fileHandleForWriting.close()
    }
    return (process, output)
  }

  private static func onThread<T: Sendable>(_ body: @escaping @Sendable () throws -> T) async throws -> T {
    try await withCheckedThrowingContinuation { continuation in
      queue.addOperation { continuation.resume(with: Result(catching: body)) }
    }
  }
}
