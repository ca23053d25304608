internal import FoundationEssentials
internal import Foundations
internal import Kubernetes

extension JSONPatch {
  static func merge<Object: Resource>(_ patch: JSONValue, into object: Object) throws(KubernetesError) -> Object {
    do {
      let tree = try JSONDecoder().decode(JSONValue.self, from: JSONEncoder().encode(object))
      return try JSONDecoder().decode(Object.self, from: JSONEncoder().encode(merged(patch, into: tree)))
    } catch {
      throw KubernetesError(.invalid, status: 422, "the patch does not apply: \(error)")
    }
  }

  /// RFC 7396 §2.
  private static func merged(_ patch: JSONValue, into target: JSONValue?) -> JSONValue {
    guard case .object(let changes) = patch else { return patch }
    var members: [String: JSONValue] = if case .object(let own) = target { own } else { [:] }
    for (name, change) in changes {
      members[name] = change == .null ? nil : merged(change, into: members[name])
    }
    return .object(members)
  }
}
