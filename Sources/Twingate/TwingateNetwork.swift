public import Cloud
internal import Foundations

/// The name of a network at Twingate, `acme` in `acme.twingate.com`: a DNS label (RFC 1123 §2.1).
public struct TwingateNetwork: Sendable, Hashable, CustomStringConvertible {
  static let domain = "twingate.com"
  public let name: String

  /// - Throws: `.invalid` for anything but a label, because the name becomes part of the host that gets the API key.
  public init(_ name: String) throws(CloudError) {
    guard Self.isLabel(name) else {
      throw CloudError(
        .invalid,
        operation: "network",
        message: "network \"\(name.printable(limit: 80))\" is no network name: give the first label of its address, "
          + "acme for acme.twingate.com"
      )
    }
    self.name = name
  }

  public var description: String { name }

  /// The network's own host. It redirects to the shard that holds the network.
  var apex: String { "\(name).\(Self.domain)" }

  /// Whether this host may get the API key, because it belongs to the network at Twingate.
  func owns(host: String) -> Bool {
    let labels = host.split(separator: ".", omittingEmptySubsequences: false)
    return host.hasPrefix("\(name).") && host.hasSuffix(".\(Self.domain)") && labels.allSatisfy(Self.isLabel)
  }

  private static func isLabel(_ text: some StringProtocol) -> Bool {
    (1...63).contains(text.utf8.count) && !text.hasPrefix("-") && !text.hasSuffix("-")
      && text.utf8.allSatisfy { byte in
        switch byte {
        case 0x30...0x39, 0x61...0x7a, 0x2d: true
        default: false
        }
      }
  }
}
