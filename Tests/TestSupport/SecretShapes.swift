/// Texts that look like what people keep in Secrets, for tests that feed them to a parser and read its error.
public enum SecretShapes {
  /// The same ones in every run.
  public static let samples: [String] = {
    var random = SeededGenerator(0x5eed)
    let letters = Array("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789")
    func text(_ count: Int, _ more: String = "") -> String {
      let alphabet = letters + Array(more)
      return String((0..<count).map { _ in alphabet[Int(random.next() % UInt64(alphabet.count))] })
    }
    return (0..<4).flatMap { _ in
      [
        text(8), text(40), "AKIA" + text(16).uppercased(), "ghp_" + text(36), text(43, "+/") + "=",
        text(20, "!@#$%^&*()-_=+[]{};:,.?~|"), text(16, "'\"\\<>`"), text(12, " ") + text(6), text(300),
        "\(text(20)).\(text(60)).\(text(43, "-_"))", "--\(text(12))", "<\(text(12))>", "</\(text(12))>",
        "arn:aws:iam::\(text(12)):role/\(text(9))", "db://\(text(9)):\(text(12))@\(text(7)).example/\(text(9))",
        "\(text(8))-\(text(4))-\(text(4))-\(text(4))-\(text(12))", "{\"type\":\"\(text(14))\"}",
        "\(text(9))\u{85}\(text(9))", "\(text(7))äöü\(text(7))ж\(text(7))",
      ]
    }
  }()

  /// - Returns: six characters of `secret` in a row that stand in `message`; nil when there are none.
  public static func leak(of secret: String, in message: String) -> String? {
    let scalars = Array(secret.unicodeScalars)
    let shown = Array(message.unicodeScalars)
    guard scalars.count >= 6, shown.count >= 6 else { return nil }
    let windows = Set((0...(shown.count - 6)).map { Array(shown[$0..<($0 + 6)]) })
    for start in 0...(scalars.count - 6) {
      let window = Array(scalars[start..<(start + 6)])
      if windows.contains(window) { return window.map { String($0) }.joined() }
    }
    return nil
  }
}
