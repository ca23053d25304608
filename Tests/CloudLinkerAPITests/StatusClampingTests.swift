import FoundationEssentials
import Foundations
import Kubernetes
import Testing

@testable import CloudLinkerAPI

/// Whatever clouds, gateways and daemons say, a status that is written fits its schema.
@Suite struct StatusClampingTests {
  static let statuses: [(name: String, schema: Schema)] = [
    ("VPNConnection", VPNConnectionStatus.schema), ("PortForward", PortForwardStatus.schema),
    ("Backbone", BackboneStatus.schema),
    ("PrivateCluster", PrivateClusterStatus.schema),
  ]

  @Test(arguments: statuses.map(\.name)) func theLongestInputsOfEveryFieldAreCutToTheSchema(kind: String) throws {
    let schema = try #require(Self.statuses.first { $0.name == kind }).schema
    let json = schema.json
    let input = Self.oversized(json)
    #expect(Self.violations(input, json, kind).count > 10)
    #expect(Self.violations(schema.clamped(input), json, kind) == [])
  }

  /// A string without a limit would be one that nothing cuts.
  @Test(arguments: statuses.map(\.name)) func everyTextOfAStatusHasALimit(kind: String) throws {
    let schema = try #require(Self.statuses.first { $0.name == kind }).schema
    #expect(Self.unlimited(schema.json, kind) == [])
  }

  @Test func whatFitsIsLeftAsItIs() {
    var status = VPNConnectionStatus()
    status.tunnels = [VPNConnectionStatus.Tunnel(name: "a", state: .connected)]
    status.notices = ["one"]
    #expect(VPNConnectionStatus.schema.clamped(status) == status)
  }

  @Test func whatWasCutShowsIt() {
    var status = VPNConnectionStatus()
    var tunnel = VPNConnectionStatus.Tunnel(name: "a", state: .failed)
    tunnel.lastError = String(repeating: "é", count: 5000)
    status.tunnels = [tunnel]
    status.notices = (0..<100).map { "notice \($0)" }
    let cut = VPNConnectionStatus.schema.clamped(status)
    #expect(cut.tunnels?.first?.lastError == String(repeating: "é", count: 4095) + "…")
    #expect(cut.notices?.count == 64)
    #expect(cut.notices?.last == "… and 37 more")
  }

  /// 512 ports with errors of 1,024 characters fit the schema, but no etcd takes them.
  @Test func aStatusThatIsTooLargeAsAWholeIsCutFurther() throws {
    let input = Self.oversized(PortForwardStatus.schema.json)
    let cut = PortForwardStatus.schema.clamped(input)
    #expect(try JSONEncoder().encode(cut).count <= Schema.longestStatus)
    #expect(Self.violations(cut, PortForwardStatus.schema.json, "status") == [])
  }

  @Test func nothingIsCutInsideACharacter() {
    let family = "👨‍👩‍👧‍👦"
    #expect((family + family).cut(toScalars: family.unicodeScalars.count + 3) == family + "…")
    #expect("abc".cut(toScalars: 3) == "abc")
    #expect("abcd".cut(toScalars: 3) == "ab…")
    #expect("abcd".cut(toScalars: 0) == "")
  }

  @Test func anUnknownWordOfAnOptionalEnumerationIsLeftOut() {
    let schema = Schema.object("", [.optional("state", .string("").oneOf(["Up", "Down"]))])
    #expect(schema.clamped(.object(["state": "Sideways"])) == .object([:]))
    #expect(schema.clamped(.object(["state": "Up"])) == .object(["state": "Up"]))
  }

  // MARK: An independent reading of the schema

  private static func limit(_ schema: JSONValue, _ keyword: String) -> Int? {
    guard case .object(let members) = schema, case .int(let number) = members[keyword] else { return nil }
    return Int(number)
  }
  private static func member(_ schema: JSONValue, _ keyword: String) -> JSONValue? {
    guard case .object(let members) = schema else { return nil }
    return members[keyword]
  }
  private static func properties(_ schema: JSONValue) -> [(String, JSONValue)] {
    guard case .object(let members) = member(schema, "properties") else { return [] }
    return members.sorted { $0.key < $1.key }
  }

  /// A value that is too long in every respect.
  static func oversized(_ schema: JSONValue) -> JSONValue {
    switch member(schema, "type") {
    case "object":
      if let values = member(schema, "additionalProperties") {
        let count = (limit(schema, "maxProperties") ?? 10) + 5
        let members = (0..<count).map { ("key\($0)", oversized(values)) }
        return .object(Dictionary(members, uniquingKeysWith: { first, _ in first }))
      }
      let members = properties(schema).map { ($0.0, oversized($0.1)) }
      return .object(Dictionary(members, uniquingKeysWith: { first, _ in first }))
    case "array":
      let items = member(schema, "items") ?? .null
      let count = (limit(schema, "maxItems") ?? 10) + 5
      guard case .array(let keys) = member(schema, "x-kubernetes-list-map-keys"), case .string(let key) = keys.first,
        case .object(var members) = oversized(items)
      else { return .array(Array(repeating: oversized(items), count: count)) }
      return .array(
        (0..<count).map { index in
          members[key] = .string("k\(index)")
          return .object(members)
        }
      )
    case "string":
      if let format = member(schema, "format"), format == "date-time" { return "2026-01-01T00:00:00Z" }
      if case .array(let words) = member(schema, "enum"), let first = words.first { return first }
      if member(schema, "pattern") != nil { return "Reason" }
      return .string(String(repeating: "…x", count: (limit(schema, "maxLength") ?? 10) + 5))
    case "integer": return .int(limit(schema, "minimum").map { Int64($0 - 5) } ?? Int64(Int32.max))
    default: return true
    }
  }

  private static func violations(_ value: JSONValue, _ schema: JSONValue, _ path: String) -> [String] {
    switch value {
    case .object(let members):
      let isTooMany = members.count > limit(schema, "maxProperties") ?? .max
      let values = member(schema, "additionalProperties")
      let inside = members.flatMap { key, value in
        let inner = values ?? properties(schema).first { $0.0 == key }?.1 ?? .null
        return violations(value, inner, "\(path).\(key)")
      }
      return (isTooMany ? ["\(path) has \(members.count) members"] : []) + inside
    case .array(let elements):
      let isTooMany = elements.count > limit(schema, "maxItems") ?? .max
      let items = member(schema, "items") ?? .null
      return (isTooMany ? ["\(path) has \(elements.count) items"] : [])
        + elements.flatMap { violations($0, items, "\(path)[]") }
    case .string(let text):
      let count = text.unicodeScalars.count
      return count > limit(schema, "maxLength") ?? .max ? ["\(path) has \(count) characters"] : []
    case .int(let number):
      let least = limit(schema, "minimum") ?? .min
      return number < least ? ["\(path) is \(number)"] : []
    default: return []
    }
  }

  private static func unlimited(_ schema: JSONValue, _ path: String) -> [String] {
    switch member(schema, "type") {
    case "object":
      if let values = member(schema, "additionalProperties") {
        return (limit(schema, "maxProperties") == nil ? [path] : []) + unlimited(values, "\(path).*")
      }
      return properties(schema).flatMap { unlimited($0.1, "\(path).\($0.0)") }
    case "array":
      let isBounded = limit(schema, "maxItems") != nil || member(schema, "x-kubernetes-list-type") == "map"
      return (isBounded ? [] : [path]) + unlimited(member(schema, "items") ?? .null, "\(path)[]")
    case "string":
      let isBounded =
        limit(schema, "maxLength") != nil || member(schema, "enum") != nil || member(schema, "format") != nil
      return isBounded ? [] : [path]
    default: return []
    }
  }
}
