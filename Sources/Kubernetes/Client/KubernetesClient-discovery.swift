/// Discovers what a server supports by asking it, never by its version number.
extension KubernetesClient {
  /// A resource of a group version, as `/apis/GROUP/VERSION` lists it; subresources have a slash in their name.
  public struct ServedResource: Decodable, Sendable, Hashable {
    public var name: String
    public var kind: String
    public var namespaced: Bool
    public var verbs: [String]
    public var shortNames: [String]?
    public var categories: [String]?
  }

  /// The answer of `/version`, for people and logs, not for decisions.
  public struct ServerVersion: Decodable, Sendable, Hashable {
    /// `v1.36.3`.
    public var gitVersion: String
    public var platform: String?
  }

  /// Whether the server has this kind in this version.
  public func serves(_ type: ResourceType) async throws(KubernetesError) -> Bool {
    try await resources(group: type.group, version: type.version).contains { $0.name == type.plural }
  }

  /// The resources of a group version; none if the server does not have it.
  /// - Parameter group: empty for the core group.
  public func resources(group: String, version: String) async throws(KubernetesError) -> [ServedResource] {
    struct Answer: Decodable {
      var resources: [ServedResource]?
    }
    let what = "discover \(group.isEmpty ? version : "\(group)/\(version)")"
    do {
      return try await read(Answer.self, ResourcePath.root(group: group, version: version), what).resources ?? []
    } catch  where error.kind == .notFound {
      return []
    }
  }

  /// The versions in which the server has a group, the preferred one first; none if it does not have the group.
  /// - Parameter group: not the core group, which has only `v1`.
  public func versions(group: String) async throws(KubernetesError) -> [String] {
    struct Answer: Decodable {
      struct Version: Decodable {
        var version: String
      }
      var versions: [Version]?
      var preferredVersion: Version?
    }
    do {
      let answer = try await read(Answer.self, "/apis/\(ResourcePath.encode(group))", "discover \(group)")
      let preferred = answer.preferredVersion.map { [$0.version] } ?? []
      return preferred + (answer.versions ?? []).map(\.version).filter { !preferred.contains($0) }
    } catch  where error.kind == .notFound {
      return []
    }
  }

  /// The names of all groups except the core group.
  public func groups() async throws(KubernetesError) -> [String] {
    struct Answer: Decodable {
      struct Group: Decodable {
        var name: String
      }
      var groups: [Group]?
    }
    return try await read(Answer.self, "/apis", "discover groups").groups?.map(\.name) ?? []
  }

  public func serverVersion() async throws(KubernetesError) -> ServerVersion {
    try await read(ServerVersion.self, "/version", "read the server's version")
  }

  private func read<Answer: Decodable>(
    _ type: Answer.Type,
    _ path: String,
    _ what: String
  ) async throws(KubernetesError) -> Answer {
    try Self.decode(type, try await send(Call(method: "GET", path: path, isSafe: true, what: what)), what: what)
  }
}
