/// The name of this program: the last part of the path that it was started with.
public enum ProgramName {
  public static let current: String = {
    let name = CommandLine.arguments.first?.split(separator: "/").last.map { $0.filter(isToken) } ?? ""
    return name.isEmpty ? "unknown" : String(name)
  }()

  /// Whether RFC 9110 §5.6.2 allows the character in a token, without characters that are rare in names. The name is
  /// sent in headers.
  private static func isToken(_ character: Character) -> Bool {
    character.isASCII && (character.isLetter || character.isNumber || "-._".contains(character))
  }
}
