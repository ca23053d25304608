extension KubernetesClient {
  private struct ResourceList: Decodable {
    struct Entry: Decodable {
      var name: String
    }
    var resources: [Entry]?
  }

  /// Whether the server has this kind in this version: asked of it, never concluded from its version number.
  public func serves(_ type: ResourceType) async throws(KubernetesError) -> Bool {
    let what = "discover \(type.apiVersion)"
    let path = type.group.isEmpty ? "/api/\(type.version)" : "/apis/\(type.group)/\(type.version)"
    do {
      let bytes = try await send("GET", path, what: what)
      let list = try Self.decode(ResourceList.self, bytes, what: what)
      return list.resources?.contains { $0.name == type.plural } ?? false
    } catch  where error.kind == .notFound {
      return false
    }
  }
}
