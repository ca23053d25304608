/// The result of a command.
public struct Outcome: Equatable, Sendable {
  /// For standard output.
  public var text: String
  /// 0: all is well. 1: something is wrong. 2: the command line is wrong. 3: the API server refused or did not answer.
  public var exitCode: Int32

  init(_ text: String, exitCode: Int32 = 0) {
    self.text = text
    self.exitCode = exitCode
  }
}
