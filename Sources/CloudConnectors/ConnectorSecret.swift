package import Cloud
internal import Digests
internal import FoundationEssentials

/// The tokens of one connector, in the forms in which machines read them.
package struct ConnectorSecret: Sendable, Hashable {
  package var access: SecretText
  package var refresh: SecretText
  /// JSON with `accessToken` and `refreshToken`.
  package var value: SecretText
  /// The tokens as lines of the connector's environment.
  package var variables: SecretText
  /// A digest that identifies the tokens: 64 hexadecimal digits.
  package var version: String

  /// - Parameters:
  ///   - access, refresh: the pair that Twingate made.
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
