/// Images that the cluster's owner allows in addition to the operator's own.
///
///     entry                 allows                                        does not allow
///     ghcr.io/acme          ghcr.io/acme/gateway:1, ghcr.io/acme:1        ghcr.io/acme-evil/shell:1
///     ghcr.io/acme/         ghcr.io/acme/gateway:1                        ghcr.io/acme:1
///     ghcr.io/acme/gw:1     ghcr.io/acme/gw:1, ghcr.io/acme/gw:1@sha256:… ghcr.io/acme/gw:10
///     ghcr.io               ghcr.io/acme/gateway:1                        ghcr.io:5000/acme/gateway:1
public struct ImageAllowList: Sendable, Hashable {
  private let entries: [String]

  /// - Parameter entries: registries, repositories or images; each covers everything below it.
  public init(_ entries: [String] = []) { self.entries = entries.filter { !$0.isEmpty } }

  public func admits(_ image: String) -> Bool {
    entries.contains { entry in
      guard image.hasPrefix(entry) else { return false }
      let rest = image.dropFirst(entry.count)
      switch rest.first {
      case nil: return true
      case "/": return true
      // A tag or a digest contains no slash. With a slash, this is the port of another registry.
      case ":", "@": return !rest.contains("/")
      default: return entry.hasSuffix("/")
      }
    }
  }
}
