/// How many packets the kernel has forwarded in this pod's network: clients' packets, and none of the gateway's own.
enum ForwardedPackets {
  /// `ForwDatagrams` of RFC 4293, in both directions; nil when the kernel does not count it.
  static func count() -> UInt64? { FileSystem.text("/proc/net/snmp").flatMap { count(in: $0) } }

  /// - Parameter table: a line of names and a line of values for each protocol, as in `/proc/net/snmp`.
  static func count(in table: String) -> UInt64? {
    let lines = table.split(separator: "\n").filter { $0.hasPrefix("Ip:") }.prefix(2).map { $0.split(separator: " ") }
    guard lines.count == 2, let column = lines[0].firstIndex(of: "ForwDatagrams"), column < lines[1].count else {
      return nil
    }
    return UInt64(lines[1][column])
  }
}
