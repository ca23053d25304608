internal import Glibc

/// Reads how many packets the kernel has forwarded in this pod's network: clients' packets, and none of the gateway's
/// own. It costs one system call.
final class ForwardedPackets {
  private let descriptor = open("/proc/net/snmp", O_RDONLY | O_CLOEXEC)
  /// The file has about 1.5 kB.
  private var buffer = [UInt8](repeating: 0, count: 4096)

  deinit { if descriptor >= 0 { close(descriptor) } }

  /// `ipForwDatagrams` (RFC 1213) in both directions since the pod began; nil when the kernel does not say.
  func count() -> UInt64? {
    let length = pread(descriptor, &buffer, buffer.count, 0)
    return length > 0 ? Self.count(in: buffer[..<length]) : nil
  }

  /// - Parameter table: a line of names and a line of values for each protocol, as in `/proc/net/snmp`.
  static func count(in table: ArraySlice<UInt8>) -> UInt64? {
    let lines = table.split(separator: UInt8(ascii: "\n")).filter { $0.starts(with: "Ip:".utf8) }
    guard lines.count == 2 else { return nil }
    let (names, values) = (lines[0].split(separator: UInt8(ascii: " ")), lines[1].split(separator: UInt8(ascii: " ")))
    guard let column = names.firstIndex(where: { $0.elementsEqual("ForwDatagrams".utf8) }), column < values.count
    else { return nil }
    return UInt64(String(decoding: values[column], as: UTF8.self))
  }
}
