internal import Foundations
internal import Kubernetes

/// An object as far as `metadata.managedFields` tells who wrote which of its fields, which `ObjectMeta` leaves out.
struct FieldOwnership<Object: Resource>: Resource {
  static var resourceType: ResourceType { Object.resourceType }
  var metadata: ObjectMeta
  /// `managedFields`: an entry for each writer, each in the version in which the writer sent the object.
  var entries: [[String: JSONValue]]

  /// Versions that entries name, without `version`, as the group's `apiVersion` has them after the slash.
  func versions(besides version: String) -> Set<String> {
    let all = entries.compactMap { entry -> String? in
      guard case .string(let apiVersion) = entry["apiVersion"] else { return nil }
      return apiVersion.split(separator: "/").last.map(String.init)
    }
    return Set(all).subtracting([version])
  }

  /// The same entries, each in `version`. Entries that differ in nothing else then are one, with the fields of both.
  ///
  /// All versions have one schema, so a set of fields means the same in each of them.
  func entries(in version: String) -> [[String: JSONValue]] {
    var result: [[String: JSONValue]] = []
    for var entry in entries {
      entry["apiVersion"] = .string("\(Object.resourceType.group)/\(version)")
      if let twin = result.firstIndex(where: { Self.isSameWriter($0, entry) }) {
        entry["fieldsV1"] = Self.union(result[twin]["fieldsV1"], entry["fieldsV1"])
        result[twin] = entry
      } else {
        result.append(entry)
      }
    }
    return result
  }

  /// By what the API server tells writers apart, beside their version.
  private static func isSameWriter(_ left: [String: JSONValue], _ right: [String: JSONValue]) -> Bool {
    ["manager", "operation", "subresource"].allSatisfy { left[$0] == right[$0] }
  }

  /// FieldsV1 is a tree with a member for each field, so the tree of all members has the fields of both.
  private static func union(_ left: JSONValue?, _ right: JSONValue?) -> JSONValue {
    guard case .object(var members) = left, case .object(let others) = right else { return right ?? left ?? [:] }
    for (name, value) in others { members[name] = union(members[name], value) }
    return .object(members)
  }
}

extension FieldOwnership {
  private enum Keys: String, CodingKey { case metadata, managedFields }

  init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: Keys.self)
    metadata = try container.decode(ObjectMeta.self, forKey: .metadata)
    let members = try container.nestedContainer(keyedBy: Keys.self, forKey: .metadata)
    entries = try members.decodeIfPresent([[String: JSONValue]].self, forKey: .managedFields) ?? []
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Keys.self)
    try container.encode(WholeMetadata(metadata: metadata, entries: entries), forKey: .metadata)
  }

  private struct WholeMetadata: Encodable {
    var metadata: ObjectMeta
    var entries: [[String: JSONValue]]
    func encode(to encoder: any Encoder) throws {
      try metadata.encode(to: encoder)
      var container = encoder.container(keyedBy: Keys.self)
      try container.encode(entries, forKey: .managedFields)
    }
  }
}
