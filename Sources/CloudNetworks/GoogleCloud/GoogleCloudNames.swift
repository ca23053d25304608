internal import Cloud
internal import Digests
internal import Foundations

/// Names of a Backbone's objects: `cl-<namespace>-<name>-<8 hex digits>[-<part>]`.
///
/// They are derived from the Backbone, so that a process finds by name, in one consistent read, what a crashed one
/// created. The digits come from the uid, so that Backbones in two clusters of one project, and a Backbone that is
/// deleted and created again, never share a name. Names are RFC 1035 labels of at most 63 characters, as Compute Engine
/// demands.
struct GoogleCloudNames: Sendable, Hashable {
  static let longest = 63
  /// The longest name without a part.
  private static let longestBase = 38
  let base: String

  init(_ mark: OwnershipMark) {
    let hash = String(SHA256.text(mark.uid).prefix(8))
    let readable = Self.label("cl-\(mark.namespace)-\(mark.name)").prefix(Self.longestBase - 9)
    base = Self.trimmed(readable) + "-" + hash
  }

  var network: String { base }
  var router: String { with("router") }
  var nat: String { with("nat") }
  func subnetwork(_ name: String) -> String { with("net-\(name)") }
  /// - Parameter number: counted from 1.
  func address(_ number: Int) -> String { with("nat-\(number)") }
  func firewall(_ name: String) -> String { with("fw-\(name)") }
  func zone(_ domain: String) -> String { with("dns-\(domain)") }

  /// A part that is too long, or that has to be spelled differently, gets a hash of its own.
  private func with(_ part: String) -> String {
    let room = Self.longest - base.utf8.count - 1
    let label = Self.label(part)
    if label == part, part.utf8.count <= room { return "\(base)-\(part)" }
    return "\(base)-\(Self.trimmed(label.prefix(room - 7)))-\(SHA256.text(part).prefix(6))"
  }

  /// Spells a text with lower-case letters, digits and hyphens, without a hyphen at the end.
  private static func label(_ text: String) -> String {
    let bytes = text.utf8.map { byte -> UInt8 in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"): byte
      case UInt8(ascii: "A")...UInt8(ascii: "Z"): byte | 0x20
      default: UInt8(ascii: "-")
      }
    }
    return trimmed(String(decoding: bytes, as: UTF8.self)[...])
  }

  private static func trimmed(_ text: Substring) -> String {
    var text = text
    while text.last == "-" { text.removeLast() }
    return String(text)
  }
}

/// The ownership mark of objects without labels. It is the description: `cloudlinker.dev/backbone=namespace/name/uid
/// cloudlinker.dev/role=subnetwork/a`, followed by a user-supplied text if there is one.
///
/// Compute Engine cannot change the description of a network (a patch changes only `routingConfig`), a subnetwork ("can
/// be set only at resource creation time") or an address (there is no patch). Their mark is set at creation and stays,
/// even with `deletionPolicy: Retain`, when it names a uid that no Backbone will ever have again. It is removed from
/// firewalls, routers and the labels of addresses, which can change.
package enum GoogleCloudMark {
  /// Begins the roles of firewall rules for connectors in the Backbone. The Backbone's planner leaves such rules alone.
  static let connectors = "connectors/"

  /// - Parameters:
  ///   - uid: of the connection.
  ///   - name: of the rule.
  package static func connectorRole(_ uid: String, _ name: String) -> String { "\(connectors)\(uid)/\(name)" }

  /// - Parameter note: a user-supplied description; nil if there is none.
  package static func description(_ mark: OwnershipMark, role: String, note: String? = nil) -> String {
    "\(OwnershipMark.key)=\(mark.value) \(OwnershipMark.roleKey)=\(role)" + (note.map { " \($0)" } ?? "")
  }

  /// Replaces the mark on objects that are left behind.
  static func former(_ mark: OwnershipMark) -> String {
    "Left by Backbone \(mark.namespace)/\(mark.name), which is deleted"
  }

  /// The role, if the description bears this mark.
  static func role(in description: String?, of mark: OwnershipMark) -> String? {
    let opening = "\(OwnershipMark.key)=\(mark.value) \(OwnershipMark.roleKey)="
    guard let description, description.hasPrefix(opening) else { return nil }
    return String(description.dropFirst(opening.count).prefix { $0 != " " })
  }
}
