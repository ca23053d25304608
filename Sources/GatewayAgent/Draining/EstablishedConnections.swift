internal import Foundations

/// The forwarded TCP connections that the kernel tracks.
enum EstablishedConnections {
  /// Arguments of `conntrack`.
  static let listing = ["-L", "-g", "-p", "tcp", "--state", "ESTABLISHED"]

  /// How many connections of a listing can still carry data; nil when the text is cut off.
  /// - Parameters:
  ///   - siblings: connections handed to them pass through this pod.
  ///   - isTunnelUp: if not, connections through this gateway's own tunnel are broken.
  static func count(ofListing text: String, siblings: Set<IPv4Address>, isTunnelUp: Bool) -> Int? {
    guard let lines = ConntrackListing.lines(text) else { return nil }
    guard !isTunnelUp else { return lines.count }
    return lines.count { line in
      // The second `src` is the address that answers.
      let sources = line.split(separator: " ").filter { $0.hasPrefix("src=") }
      guard sources.count == 2, let target = IPv4Address(String(sources[1].dropFirst(4))) else { return false }
      return siblings.contains(target)
    }
  }
}

/// The output of `conntrack -L`: a line for each connection, such as
///
///     tcp  6 86392 ESTABLISHED src=10.0.0.5 dst=10.0.0.9 sport=5 dport=33000 src=… dport=5 [ASSURED] mark=0 use=1
///
/// and a line with their number. That one comes on standard error and may stand inside another line.
enum ConntrackListing {
  /// The lines about connections; nil when the text is cut off.
  static func lines(_ text: String) -> [Substring]? {
    guard let said = text.firstRange(of: "conntrack v"),
      let end = text[said.lowerBound...].utf8.firstIndex(of: UInt8(ascii: "\n"))
    else { return nil }
    var text = text
    text.removeSubrange(said.lowerBound...end)
    return text.split(separator: "\n")
  }
}
