/// The types with which one cloud fills in a plan.
package protocol ResourceCatalogue: Sendable {
  associatedtype Role: ResourceRole
  associatedtype ID: Sendable, Hashable, CustomStringConvertible
  /// Everything that a write of an object contains.
  associatedtype Content: Sendable
  associatedtype Action: PlanAction
  associatedtype Report: ResourceReport

  static func action(_ write: ResourceWrite<Content>, _ role: Role, _ id: ID, _ detail: String) -> Action
}

package enum ResourceWrite<Content: Sendable>: Sendable {
  case create(Content)
  /// Writes the object. Tags are set by the same request if they differ.
  case update(Content, tags: [String: String]?)
  case tag([String: String])
  case delete
}

package protocol ResourceReport: Sendable {
  var ledger: Ledger { get set }
}
