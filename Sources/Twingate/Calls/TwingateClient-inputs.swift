internal import Foundations

/// Encodes values as inputs of mutations.
extension TwingateClient {
  /// Nil leaves the field out, `.null` clears it.
  static func input<Value>(_ change: FieldChange<Value>, _ write: (Value) -> JSONValue) -> JSONValue? {
    switch change {
    case .keep: nil
    case .clear: .null
    case .set(let value): write(value)
    }
  }

  static func input(_ ports: Ports) -> JSONValue {
    // Twingate refuses ports under ALLOW_ALL.
    guard let ranges = ports.ranges else { return ["policy": "ALLOW_ALL"] }
    let list = ranges.map { range -> JSONValue in
      ["start": .int(Int64(range.lowerBound)), "end": .int(Int64(range.upperBound))]
    }
    return ["policy": "RESTRICTED", "ports": .array(list)]
  }

  static func input(_ protocols: Protocols) -> JSONValue {
    ["allowIcmp": .bool(protocols.allowsICMP), "tcp": input(protocols.tcp), "udp": input(protocols.udp)]
  }

  static func input(_ tags: [String: String]) -> JSONValue {
    .array(
      tags.sorted { $0.key < $1.key }.map { tag -> JSONValue in
        ["key": .string(tag.key), "value": .string(tag.value)]
      }
    )
  }

  static func input(_ policy: AccessPolicy) -> JSONValue {
    var fields: [String: JSONValue] = ["mode": .string(policy.mode.rawValue)]
    fields["durationSeconds"] = policy.durationSeconds.map { .int(Int64($0)) }
    return .object(fields)
  }

  /// A group's grant has all fields, because it replaces the previous grant. A service account's has only the id.
  static func input(_ grant: AccessGrant) -> JSONValue {
    guard grant.principalKind == .group else { return ["principalId": .string(grant.principalID)] }
    return [
      "principalId": .string(grant.principalID),
      "securityPolicyId": grant.securityPolicyID.map { .string($0) } ?? .null,
      "expiresAt": grant.expiresAt.map { .string($0.description) } ?? .null,
      "accessPolicy": grant.accessPolicy.map(input) ?? .null,
      "approvalMode": grant.approvalMode.map { .string($0.rawValue) } ?? .null,
    ]
  }
}
