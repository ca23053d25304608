internal import Cloud
internal import Digests
internal import Foundations

/// Names of what is made for a Backbone: `cl-<namespace>-<name>-<8 hex digits>[-<part>]`.
///
/// They follow from the Backbone, so that a process that died finds what it made by name, in one consistent read; the
/// digits are of the uid, so that Backbones of two clusters in one project, or one that was deleted and made again,
/// never have the same. RFC 1035 labels of at most 63 characters, as Compute Engine demands.
struct GoogleCloudNames: Sendable, Hashable {
  static let longest = 63
  /// Of the whole name; the rest is for the part.
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
  /// - Parameter number: from 1.
  func address(_ number: Int) -> String { with("nat-\(number)") }
  func firewall(_ name: String) -> String { with("fw-\(name)") }
  func zone(_ domain: String) -> String { with("dns-\(domain)") }

  /// A part that is too long, or that had to be spelled differently, gets a hash of its own.
  private func with(_ part: String) -> String {
    let room = Self.longest - base.utf8.count - 1
    let label = Self.label(part)
    if label == part, part.utf8.count <= room { return "\(base)-\(part)" }
    return "\(base)-\(Self.trimmed(label.prefix(room - 7)))-\(SHA256.text(part).prefix(6))"
  }

  /// Lower-case letters, digits and hyphens, ending in none of these.
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

/// The ownership mark where there are no labels: the whole description,
/// `cloudlinker.dev/backbone=namespace/name/uid cloudlinker.dev/role=subnetwork/a`, and what the user says of it.
///
/// Compute Engine cannot change the description of a network (a patch modifies `routingConfig` only), a subnetwork ("can be
/// set only at resource creation time") or an address (there is no patch), so the mark is there from the first moment
/// and stays: also with `deletionPolicy: Retain`, where it names a uid that no Backbone will ever have again. Firewalls
/// and routers can be patched, and addresses have labels: from these it is taken.
enum GoogleCloudMark {
  /// - Parameter note: the user's own description; nil: there is none.
  static func description(_ mark: OwnershipMark, role: String, note: String? = nil) -> String {
    "\(OwnershipMark.key)=\(mark.value) \(OwnershipMark.roleKey)=\(role)" + (note.map { " \($0)" } ?? "")
  }

  /// In place of the mark on what is left behind.
  static func former(_ mark: OwnershipMark) -> String {
    "Left by Backbone \(mark.namespace)/\(mark.name), which is deleted"
  }

  /// The role, where the description bears this very mark.
  static func role(in description: String?, of mark: OwnershipMark) -> String? {
    let opening = "\(OwnershipMark.key)=\(mark.value) \(OwnershipMark.roleKey)="
    guard let description, description.hasPrefix(opening) else { return nil }
    return String(description.dropFirst(opening.count).prefix { $0 != " " })
  }
}
