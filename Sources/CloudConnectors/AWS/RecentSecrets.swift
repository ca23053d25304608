internal import AWS
internal import Foundations

/// Remembers the secrets that this process wrote or deleted a short while ago, because a list of secrets may be five minutes
/// old (Secrets Manager API reference, "ListSecrets"). Another process writes them again, which changes nothing.
final class RecentSecrets: Sendable {
  static let window = Duration.seconds(300)
  private struct Entry {
    /// Nil: the secret was deleted.
    var version: String?
    var at: Timestamp
  }
  private let entries = Locked<[String: Entry]>([:])

  func remember(_ name: String, version: String?, at now: Timestamp) {
    entries.withLock { $0[name] = Entry(version: version, at: now) }
  }

  /// A list of secrets with the recent changes.
  func overlay(
    _ listed: [SecretsManagerClient.Secret],
    under prefix: String,
    now: Timestamp
  ) -> [SecretsManagerClient.Secret] {
    let recent = entries.withLock { entries in
      entries = entries.filter { (.zero..<Self.window).contains(now.since($0.value.at)) }
      return entries.filter { $0.key.hasPrefix(prefix) }
    }
    var secrets = listed.filter { recent[$0.name] == nil }
    for (name, entry) in recent.sorted(by: { $0.key < $1.key }) {
      guard let version = entry.version else { continue }
      let known = listed.first { $0.name == name }
      secrets.append(.init(name: name, arn: known?.arn ?? "", version: version, tags: known?.tags ?? [:]))
    }
    return secrets
  }
}
