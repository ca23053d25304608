public import Cloud

/// What an object is to the owner that it is made for. No two wanted objects of an owner have the same role.
public protocol ResourceRole: Sendable, Hashable, CustomStringConvertible {
  associatedtype Part: Sendable, Hashable, CaseIterable
  var part: Part { get }
  /// In a sentence: `NAT gateway 1`.
  var summary: String { get }
  /// Objects of one lane are written one at a time; nil: the cloud takes any number at once.
  var lane: String? { get }
}

/// An object as a cloud shows it.
public struct Sighting<ID: Sendable & Hashable & CustomStringConvertible>: Sendable {
  public enum State: Sendable, Hashable {
    case ready
    /// The last change of it failed in the cloud.
    case failed
    /// The text follows "is": `being provisioned`.
    case busy(String)
  }
  public var id: ID
  /// In a sentence, with its name: `NAT gateway 1 cl-production-main-nat-1`.
  public var label: String
  public var state: State
  /// The last write of it, where that is not known to have succeeded.
  public var write: UnfinishedWrite?

  public init(id: ID, label: String, state: State, write: UnfinishedWrite? = nil) {
    self.id = id
    self.label = label
    self.state = state
    self.write = write
  }
}

/// A write that the cloud accepted and that is under way or failed.
public struct UnfinishedWrite: Sendable {
  /// Why this one or the one before it failed; reported until one succeeds.
  public var error: CloudError?
  /// What failed; nil: anything that was tried.
  public var isDeletion: Bool?
  public var isUnderWay: Bool
  /// Whether a failed one may be repeated now.
  public var mayRetry: Bool

  public init(error: CloudError? = nil, isDeletion: Bool? = nil, isUnderWay: Bool, mayRetry: Bool = false) {
    self.error = error
    self.isDeletion = isDeletion
    self.isUnderWay = isUnderWay
    self.mayRetry = mayRetry
  }
}

/// One wanted object: what was seen of it, how that differs from what is wanted, and what it takes to create or change it.
public struct ResourceRow<Role: ResourceRole, ID: Sendable & Hashable & CustomStringConvertible, Content: Sendable>:
  Sendable
{
  /// A change of the object that makes it as wanted.
  public struct Change: Sendable {
    public var content: Content
    /// One phrase for each difference: `default outbound access was on`.
    public var details: [String]
    /// The differences as events tell of them, a sentence each.
    public var repairs: [String]
    /// The objects that `content` names. It is written once all of them can be named.
    public var names: [Role]

    public init(_ content: Content, details: [String], repairs: [String] = [], names: [Role] = []) {
      self.content = content
      self.details = details
      self.repairs = repairs
      self.names = names
    }
  }

  public var role: Role
  /// Where it is created.
  public var id: ID
  /// Nil: it is not there.
  public var found: Sighting<ID>?
  /// Where there is none: what to say if it is not to be created, because the spec names it as existing.
  public var missing: String?
  /// What to say of someone else's object in its place.
  public var foreign: String?
  /// Why the spec cannot be carried out for it.
  public var refusal: (kind: ProblemKind, message: String)?
  /// What it takes to create it; nil: it is adopted, and neither created nor changed nor deleted.
  public var content: Content?
  /// After the name, when it is created.
  public var detail = ""
  /// The objects that must be ready before it is created.
  public var needs: [Role] = []
  /// Whether something that this plan deletes must go before it is created.
  public var isBlocked = false
  /// Whether the cloud has it as soon as it accepts the creation, so that others can follow in the same plan.
  public var isReadyAtOnce = false
  /// How the found one is to be changed; nil: there is nothing that could differ.
  public var change: Change?
  /// The tags that it should have, where it has others.
  public var tags: [String: String]?

  public init(_ role: Role, id: ID) {
    self.role = role
    self.id = id
  }
}

/// An object that bears the owner's mark, and what stands in the way of its deletion.
public struct OwnedResource<Role: ResourceRole, ID: Sendable & Hashable & CustomStringConvertible>: Sendable {
  public var role: Role
  public var found: Sighting<ID>
  /// Who uses it and does not belong to the owner.
  public var strangers: [String]
  /// Whether the owner's own objects use it, which go first.
  public var isInUse: Bool

  public init(_ role: Role, _ found: Sighting<ID>, strangers: [String] = [], isInUse: Bool = false) {
    self.role = role
    self.found = found
    self.strangers = strangers
    self.isInUse = isInUse
  }
}
