internal import Foundations
internal import Gateway

/// The addresses that the pod needs to reach its cluster. A VPN server must not assign one of them to the tunnel, or
/// have one itself: the kernel delivers a virtual address locally, so the tunnel would replace the cluster's own. Pure.
struct ClusterAddresses: Sendable, Hashable {
  /// The description of each address, with an article: "this pod's address".
  private var names: [IPv4Address: String] = [:]
  /// The addresses that no VPN server can have. DNS servers and routers are not among them: in small networks one
  /// machine may be all three.
  private var own: Set<IPv4Address> = []

  /// - Parameters:
  ///   - apiServer: the address of the Service `kubernetes.default`.
  ///   - router: the next hop of the pod's default route.
  init(
    pod: [IPv4Address] = [],
    nameServers: [IPv4Address] = [],
    siblings: Set<IPv4Address> = [],
    apiServer: IPv4Address? = nil,
    router: IPv4Address? = nil
  ) {
    own = siblings.union(pod).union([apiServer].compactMap { $0 })
    func name(_ addresses: [IPv4Address], _ what: String) {
      for address in addresses where names[address] == nil { names[address] = what }
    }
    name(pod, "this pod's own address")
    name(Array(siblings), "the address of another gateway")
    name(nameServers, "the pod's DNS server")
    name([apiServer].compactMap { $0 }, "the cluster's API server")
    name([router].compactMap { $0 }, "the router of the pod's network")
  }

  /// Why the server may not give the tunnel this address; nil when it may.
  /// - Parameter server: the address of the server, where it is known.
  func refusal(ofVirtual address: IPv4Address, server: IPv4Address?) -> String? {
    let what = SpecialAddresses.range(of: address) ?? names[address]
    guard let what = what ?? (address == server ? "the server's own address" : nil) else { return nil }
    return "the VPN server gave the gateway the address \(address), which is \(what): give it another by the server's "
      + "address pool or client settings"
  }

  /// Why the gateway may not bring this address into the tunnel itself; nil when it may.
  func refusal(ofLocal address: IPv4Address) -> String? {
    guard let what = SpecialAddresses.range(of: address) ?? names[address] else { return nil }
    return "localAddress \(address) is \(what): choose another, and have the server accept it"
  }

  /// Why the gateway may not connect to a server at this address; nil when it may.
  func refusal(ofServer address: IPv4Address) -> String? {
    let name = own.contains(address) ? names[address] : nil
    guard let what = SpecialAddresses.range(of: address) ?? name else { return nil }
    return "the tunnel's server is at \(address), which is \(what): name the address of the company's VPN server"
  }
}
