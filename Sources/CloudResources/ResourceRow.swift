package import Cloud

/// The purpose of an object for its owner. No two wanted objects of one owner have the same role.
package protocol ResourceRole: Sendable, Hashable, CustomStringConvertible {
  associatedtype Part: Sendable, Hashable, CaseIterable
  var part: Part { get }
  /// The role as it reads in a sentence: `NAT gateway 1`.
  var summary: String { get }
  /// Objects in the same lane are written one at a time. Nil: the cloud takes any number at once.
  var lane: String? { get }
}

/// An object as a cloud shows it.
package struct Sighting<ID: Sendable & Hashable & CustomStringConvertible>: Sendable {
  package enum State: Sendable, Hashable {
    case ready
    /// The last change of it failed in the cloud.
    case failed
    /// The text continues "is …": `being provisioned`.
    case busy(String)
  }
  package var id: ID
  /// The object as it reads in a sentence: `NAT gateway 1 cl-production-main-nat-1`.
  package var label: String
  package var state: State
  /// The last write of it, unless that is known to have succeeded.
  package var write: UnfinishedWrite?

  package init(id: ID, label: String, state: State, write: UnfinishedWrite? = nil) {
    self.id = id
    self.label = label
    self.state = state
    self.write = write
  }
}

/// A write that the cloud accepted and that is under way or failed.
package struct UnfinishedWrite: Sendable {
  /// Why this write or the one before it failed. It is reported until a write succeeds.
  package var error: CloudError?
  /// Which kind of write failed; nil: it is not known.
  package var isDeletion: Bool?
  package var isUnderWay: Bool
  /// Whether a failed write may be repeated now.
  package var mayRetry: Bool

  package init(error: CloudError? = nil, isDeletion: Bool? = nil, isUnderWay: Bool, mayRetry: Bool = false) {
    self.error = error
    self.isDeletion = isDeletion
    self.isUnderWay = isUnderWay
    self.mayRetry = mayRetry
  }
}

/// A wanted object: what was seen of it, how that differs from the spec, and what it takes to create or change it.
package struct ResourceRow<Role: ResourceRole, ID: Sendable & Hashable & CustomStringConvertible, Content: Sendable>:
  Sendable
{
  /// A change that makes the object what the spec wants.
  package struct Change: Sendable {
    package var content: Content
    /// One phrase for each difference: `default outbound access was on`.
    package var details: [String]
    /// The differences as events report them, a sentence for each.
    package var repairs: [String]
    /// The objects that `content` refers to. The change is written once all of them can be referred to.
    package var names: [Role]

    package init(_ content: Content, details: [String], repairs: [String] = [], names: [Role] = []) {
      self.content = content
      self.details = details
      self.repairs = repairs
      self.names = names
    }
  }

  package var role: Role
  /// The id that it is created with.
  package var id: ID
  /// Nil: it does not exist.
  package var found: Sighting<ID>?
  /// The message for an object that does not exist and must not be created, because the spec names it as existing.
  package var missing: String?
  /// The message for an object of someone else in its place.
  package var foreign: String?
  /// Why the spec cannot be carried out for it.
  package var refusal: (kind: ProblemKind, message: String)?
  /// The content to create it with. Nil: the object is adopted, and is neither created nor changed nor deleted.
  package var content: Content?
  /// Added after its name in the description of its creation.
  package var detail = ""
  /// The objects that must be ready before it is created.
  package var needs: [Role] = []
  /// Whether something that this plan deletes must go before it is created.
  package var isBlocked = false
  /// Whether it can be used as soon as the cloud accepts its creation, so that others can follow in the same plan.
  package var isReadyAtOnce = false
  /// How to change the existing object; nil: nothing about it can differ.
  package var change: Change?
  /// The tags to set, if they differ.
  package var tags: [String: String]?

  package init(_ role: Role, id: ID) {
    self.role = role
    self.id = id
  }
}

/// An object that bears the owner's mark, and what keeps it from being deleted.
package struct OwnedResource<Role: ResourceRole, ID: Sendable & Hashable & CustomStringConvertible>: Sendable {
  package var role: Role
  package var found: Sighting<ID>
  /// Objects of others that use it.
  package var strangers: [String]
  /// Whether the owner's own objects use it. Those are deleted first.
  package var isInUse: Bool

  package init(_ role: Role, _ found: Sighting<ID>, strangers: [String] = [], isInUse: Bool = false) {
    self.role = role
    self.found = found
    self.strangers = strangers
    self.isInUse = isInUse
  }
}
