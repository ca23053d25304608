internal import Foundations
internal import Gateway
internal import Glibc

/// Reads the pod's own network, which the tunnel must not interfere with.
enum PodNetwork {
  /// IPv4 addresses of this pod's devices, loopback and tunnels left out.
  static func addresses() -> [IPv4Address] {
    var list: UnsafeMutablePointer<ifaddrs>?
    guard getifaddrs(&list) == 0 else { return [] }
    defer { freeifaddrs(list) }
    var addresses: [IPv4Address] = []
    var next = list
    while let entry = next {
      next = entry.pointee.ifa_next
      guard let address = entry.pointee.ifa_addr, address.pointee.sa_family == sa_family_t(AF_INET) else { continue }
      let name = String(cString: entry.pointee.ifa_name)
      if name == "lo" || name == OpenVPNRendering.device || name == IPsecRendering.userlandDevice { continue }
      let bits = address.withMemoryRebound(to: sockaddr_in.self, capacity: 1) {
        UInt32(bigEndian: $0.pointee.sin_addr.s_addr)
      }
      addresses.append(IPv4Address(bits: bits))
    }
    return addresses
  }

  /// The resolver's servers.
  static func nameServers() -> [IPv4Address] {
    (FileSystem.text("/etc/resolv.conf") ?? "").split(separator: "\n").compactMap { line in
      let words = line.split { $0 == " " || $0 == "\t" }
      return words.count >= 2 && words[0] == "nameserver" ? IPv4Address(String(words[1])) : nil
    }
  }

  /// Why these networks must not enter the tunnel; nil when they may.
  static func conflict(with networks: [IPv4Network]) -> String? {
    // A virtual IP that kernel ESP leaves on eth0 may well be inside: only addresses with a default route count.
    for (what, addresses) in [("this pod's address", podAddresses()), ("the pod's DNS server", nameServers())] {
      for address in addresses {
        guard let network = networks.first(where: { $0.contains(address) }) else { continue }
        return "remoteNetworks: \(network) holds \(what) \(address): list narrower networks"
      }
    }
    return nil
  }

  /// The pod's address as Kubernetes knows it (`POD_IP`), otherwise the first that is no virtual IP.
  private static func podAddresses() -> [IPv4Address] {
    if let text = getenv("POD_IP"), let address = IPv4Address(String(cString: text)) { return [address] }
    return addresses().prefix(1).map { $0 }
  }

  /// The addresses that no VPN server may assign or have.
  static func clusterAddresses(siblings: Set<IPv4Address>) -> ClusterAddresses {
    ClusterAddresses(
      pod: podAddresses(),
      nameServers: nameServers(),
      siblings: siblings,
      // The kubelet sets it in every container.
      apiServer: getenv("KUBERNETES_SERVICE_HOST").flatMap { IPv4Address(String(cString: $0)) },
      router: defaultRoute()?.router
    )
  }

  struct DefaultRoute: Sendable, Hashable {
    var device: String
    var router: IPv4Address?
  }

  static func defaultRoute() -> DefaultRoute? {
    FileSystem.text("/proc/net/route").flatMap { defaultRoute(in: $0) }
  }

  /// The first default route in the format of `/proc/net/route`, which writes addresses as hexadecimal words of a
  /// little-endian machine.
  static func defaultRoute(in table: String) -> DefaultRoute? {
    for line in table.split(separator: "\n").dropFirst() {
      let fields = line.split(separator: "\t").map { $0.filter { $0 != " " } }
      guard fields.count >= 8, fields[1] == "00000000", fields[7] == "00000000",
        let router = UInt32(fields[2], radix: 16)
      else { continue }
      return DefaultRoute(device: fields[0], router: router == 0 ? nil : IPv4Address(bits: router.byteSwapped))
    }
    return nil
  }

  /// Switches the kernel's forwarding of packets between devices in this network namespace: on for IPv4 only, off for
  /// IPv4 and IPv6.
  /// - Returns: whether it is now as wanted; most container runtimes mount /proc/sys read-only.
  static func setForwarding(_ on: Bool) -> Bool {
    if !on, isForwarding(ipv6) { write(false, to: ipv6) }
    if isForwarding(ipv4) != on { write(on, to: ipv4) }
    return isForwarding(ipv4) == on && (on || !isForwarding(ipv6))
  }
  static var forwardsIPv6: Bool { isForwarding(ipv6) }

  private static let ipv4 = "/proc/sys/net/ipv4/ip_forward"
  private static let ipv6 = "/proc/sys/net/ipv6/conf/all/forwarding"

  private static func isForwarding(_ path: String) -> Bool { FileSystem.text(path)?.hasPrefix("1") == true }
  private static func write(_ on: Bool, to path: String) {
    let descriptor = open(path, O_WRONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return }
    _ = Glibc.write(descriptor, on ? "1\n" : "0\n", 2)
    close(descriptor)
  }

  /// Whether anything in this network namespace has an IPv6 address.
  static var hasIPv6: Bool { FileSystem.text("/proc/net/if_inet6")?.isEmpty == false }
}
