internal import CSystem
internal import Glibc

/// Programs that a test needs, run without the gateway's `ChildProcess`: that one reaps every child of its process, as
/// the first process of a container must, and in the process of all tests it would take other tests' children.
public enum Shell {
  /// Runs a script with bash and blocks until it ends.
  /// - Returns: the exit code (-1 if a signal ended it or it did not start), and standard output and error together.
  public static func run(_ script: String, _ arguments: [String] = []) -> (exitCode: Int32, output: String) {
    var ends: [Int32] = [-1, -1]
    guard system_pipe(&ends) == 0 else { return (-1, "no descriptors left") }
    let nothing = open("/dev/null", O_RDONLY | O_CLOEXEC)
    defer { close(nothing) }
    let words = ["bash", "-c", script, "bash"] + arguments
    var pointers = words.map { strdup($0) } + [nil]
    defer { for pointer in pointers { free(pointer) } }
    let child = system_spawn("/bin/bash", &pointers, environ, nothing, ends[1], ends[1], 0)
    close(ends[1])
    defer { close(ends[0]) }
    guard child > 0 else { return (-1, "bash did not start") }
    var output: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while true {
      let count = read(ends[0], &buffer, buffer.count)
      if count > 0 { output += buffer[0..<count] }
      if count == 0 || (count < 0 && errno != EINTR) { break }
    }
    var status: Int32 = 0
    while waitpid(child, &status, 0) < 0 && errno == EINTR {}
    // The low 7 bits are the signal, the next 8 the exit code (wait(2)).
    return (status & 0x7f == 0 ? status >> 8 & 0xff : -1, String(decoding: output, as: UTF8.self))
  }
}
