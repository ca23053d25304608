/// A resource to be made.
public struct ResourceDraft: Sendable, Hashable {
  public var name: String
  public var address: String
  public var remoteNetworkID: String
  public var alias: String?
  public var protocols: Protocols
  /// Groups that may reach it from the start. This saves a second request.
  public var groupIDs: [String]
  public var securityPolicyID: String?
  public var tags: [String: String]
  public var approvalMode: ApprovalMode?
  public var accessPolicy: AccessPolicy?

  public init(
    name: String,
    address: String,
    remoteNetworkID: String,
    alias: String? = nil,
    protocols: Protocols = .everything,
    groupIDs: [String] = [],
    securityPolicyID: String? = nil,
    tags: [String: String] = [:],
    approvalMode: ApprovalMode? = nil,
    accessPolicy: AccessPolicy? = nil
  ) {
    self.name = name
    self.address = address
    self.remoteNetworkID = remoteNetworkID
    self.alias = alias
    self.protocols = protocols
    self.groupIDs = groupIDs
    self.securityPolicyID = securityPolicyID
    self.tags = tags
    self.approvalMode = approvalMode
    self.accessPolicy = accessPolicy
  }
}

/// A field of a mutation: if it is left out nothing changes, and null clears it.
public enum FieldChange<Value: Sendable & Hashable>: Sendable, Hashable {
  case keep, clear
  case set(Value)
}

/// The fields of a resource that change; all others are not sent.
public struct ResourceChange: Sendable, Hashable {
  public var name: String?
  public var address: String?
  public var remoteNetworkID: String?
  public var alias: FieldChange<String> = .keep
  public var protocols: Protocols?
  /// If it is cleared, the network's default policy applies again.
  public var securityPolicyID: FieldChange<String> = .keep
  public var isActive: Bool?
  /// Replaces all tags.
  public var tags: [String: String]?
  public var approvalMode: FieldChange<ApprovalMode> = .keep
  public var accessPolicy: FieldChange<AccessPolicy> = .keep

  public init() {}
  public var isEmpty: Bool { self == ResourceChange() }
}
