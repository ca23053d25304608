internal import Azure
internal import CloudResources
internal import Foundations

/// A mutating call to Azure.
package struct AzureAction: PlanAction, Hashable {
  enum Verb: Sendable, Hashable {
    /// A PUT of an object that does not exist.
    case create
    /// A PUT over an existing object, if that has not changed meanwhile.
    case update(etag: String?)
    /// A PATCH of the tags.
    case tag([String: String])
    case delete
  }
  var verb: Verb
  var role: AzureRole
  var id: ResourceID
  var body = JSONValue.null
  /// The rest of the description, after the name: `: remove rule open`.
  var detail = ""

  package var description: String {
    let word =
      switch verb {
      case .create: "create"
      case .update: "update"
      case .tag: "tag"
      case .delete: "delete"
      }
    return "\(word) \(role.label(id))\(detail.isEmpty ? "" : ": \(detail)")"
  }

  package var provides: Set<String> { [role.description] }
  /// The planner makes everything else wait for the objects it needs, because Azure takes a while to provision them.
  package var needs: Set<String> { verb == .create && role != .group ? [AzureRole.group.description] : [] }
}

enum AzureCatalogue: ResourceCatalogue {
  typealias Report = NetworkReport

  static func action(
    _ write: ResourceWrite<any AzureResource>,
    _ role: AzureRole,
    _ id: ResourceID,
    _ detail: String
  ) -> AzureAction {
    var action = AzureAction(verb: .delete, role: role, id: id, detail: detail)
    switch write {
    case .create(let object): (action.verb, action.body) = (.create, object.json)
    case .update(let object, let tags):
      (action.verb, action.body) = (.update(etag: object.etag), object.writable)
      // A separate PATCH of the tags would change the ETag that this PUT names.
      if let tags { action.body["tags"] = .object(tags.mapValues { .string($0) }) }
    case .tag(let tags): action.verb = .tag(tags)
    case .delete: break
    }
    return action
  }
}
