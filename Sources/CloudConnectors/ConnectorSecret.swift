package import Cloud
internal import Digests
internal import FoundationEssentials

/// The tokens of one connector, as its machine reads them.
package struct ConnectorSecret: Sendable, Hashable {
  package var access: SecretText
  package var refresh: SecretText
  /// JSON with `accessToken` and `refreshToken`.
  package var value: SecretText
  /// The same as lines for the connector's environment.
  package var variables: SecretText
  /// Another one for other tokens; 64 hexadecimal digits.
  package var version: String

  /// - Parameters:
  ///   - access, refresh: as Twingate gave them.
  package init(access: SecretText, refresh: SecretText) {
    (self.access, self.refresh) = (access, refresh)
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    let map = ["accessToken": access.value, "refreshToken": refresh.value]
    let text = (try? encoder.encode(map)).map { String(decoding: $0, as: UTF8.self) } ?? "{}"
    value = SecretText(text)
    variables = SecretText("TWINGATE_ACCESS_TOKEN=\(access.value)\nTWINGATE_REFRESH_TOKEN=\(refresh.value)\n")
    version = SHA256.text(text)
  }
}
