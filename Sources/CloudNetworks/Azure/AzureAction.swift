internal import Azure
internal import CloudResources
internal import Foundations

/// One call that changes something.
package struct AzureAction: PlanAction, Hashable {
  enum Verb: Sendable, Hashable {
    /// A PUT of what was not there.
    case create
    /// A PUT over what was there, if it is still the same.
    case update(etag: String?)
    /// A PATCH of the tags.
    case tag([String: String])
    case delete
  }
  var verb: Verb
  var role: AzureRole
  var id: ResourceID
  var body = JSONValue.null
  /// What is changed, after the name: `: remove rule open`.
  var detail = ""

  package var description: String {
    let word =
      switch verb {
      case .create: "create"
      case .update: "update"
      case .tag: "tag"
      case .delete: "delete"
      }
    let name = if case .subnet = role { role.words } else { "\(role.words) \(id.name)" }
    return "\(word) \(name)\(detail.isEmpty ? "" : ": \(detail)")"
  }

  package var provides: Set<String> { [role.description] }
  /// Whatever else needs another object waits for it in the planner, because Azure takes a while to provision one.
  package var needs: Set<String> { verb == .create && role != .group ? [AzureRole.group.description] : [] }
}
