public import Foundations

extension GatewayConfiguration {
  /// Name of the Secret's file that holds this configuration.
  public static let fileName = "gateway.json"

  /// The remote networks, in ascending order and disjoint. Leaves out what `validate` refuses.
  public var networks: [IPv4Network] { IPv4Network.collapsed(remoteNetworks.compactMap { IPv4Network($0) }) }

  /// Checks everything that can be judged without the Secret's other files. The operator calls it before it writes the
  /// Secret, the gateway before it uses one.
  public func validate() throws(ConfigurationRefusal) {
    func check(_ condition: Bool, _ message: @autoclosure () -> String) throws(ConfigurationRefusal) {
      guard condition else { throw ConfigurationRefusal(message()) }
    }
    try check(
      Self.isHost(server.host),
      "server.host \"\(printable(server.host))\" is neither an IPv4 address nor a DNS name"
    )
    if let address = IPv4Address(server.host), let range = SpecialAddresses.range(of: address) {
      throw ConfigurationRefusal("server.host \(address) is \(range), which is no VPN server's address")
    }
    try check((1...65535).contains(server.port), "server.port \(server.port) is not a port: use 1 to 65535")
    try check(!remoteNetworks.isEmpty, "remoteNetworks is empty: list the networks behind the tunnel")
    for text in remoteNetworks {
      guard let network = IPv4Network(text) else {
        throw ConfigurationRefusal(
          "remoteNetworks: \"\(printable(text))\" is not an IPv4 network like 192.168.100.0/24"
        )
      }
      try check(
        network.prefixLength > 0,
        "remoteNetworks: 0.0.0.0/0 would take all traffic into the tunnel: list the company's networks"
      )
      let forbidden = ["127.0.0.0/8", "169.254.0.0/16", "224.0.0.0/4"].compactMap { IPv4Network($0) }
      for other in forbidden where network.overlaps(other) {
        throw ConfigurationRefusal("remoteNetworks: \(network) overlaps \(other), which is not routed")
      }
      if let address = IPv4Address(server.host), network.contains(address) {
        throw ConfigurationRefusal(
          "the server \(address) lies inside remoteNetworks \(network): its own tunnel would carry the tunnel's packets"
        )
      }
    }
    try check(
      (536...1460).contains(maximumSegmentSize),
      "maximumSegmentSize \(maximumSegmentSize) is out of range: use 536 to 1460"
    )
    try validateForwards()
    try validateProbe()
    if let siblings {
      try check(HostName.isValid(siblings), "siblings \"\(printable(siblings))\" is not a DNS name")
    }
    switch protocolSettings {
    case .ipsec(let settings):
      try settings.validate()
      if case .address(let text) = settings.ownAddress {
        guard let own = LocalAddress(text) else {
          throw ConfigurationRefusal(
            "localAddress \"\(printable(text))\" is not an IPv4 address, alone or with a prefix"
          )
        }
        if let range = SpecialAddresses.range(of: own.address) {
          throw ConfigurationRefusal(
            "localAddress \(own.address) is \(range), which no host behind a tunnel can answer"
          )
        }
        if let network = networks.first(where: { $0.overlaps(own.network) }) {
          throw ConfigurationRefusal(
            "localAddress \(text) overlaps remoteNetworks \(network): choose an address of the gateway's side"
          )
        }
      }
    case .openVPN(let settings): try settings.validate()
    case .openVPNProfile(let settings): try settings.validate()
    }
  }

  private func validateForwards() throws(ConfigurationRefusal) {
    struct Key: Hashable {
      var transport: TransportProtocol
      var port: Int
    }
    var taken: [Key: Forward] = [:]
    let networks = networks
    for forward in forwards {
      let name = "forward \(printable(forward.owner))/\(printable(forward.portName))"
      guard (1...65535).contains(forward.port), (1...65535).contains(forward.targetPort) else {
        throw ConfigurationRefusal("\(name): ports must be 1 to 65535")
      }
      if forward.transport == .tcp && [Self.endpointPort, PolicyCanary.port].contains(forward.port) {
        throw ConfigurationRefusal("\(name): TCP port \(forward.port) is the gateway's own: choose another")
      }
      if let other = taken.updateValue(forward, forKey: Key(transport: forward.transport, port: forward.port)) {
        throw ConfigurationRefusal(
          "\(name): \(forward.transport.rawValue) port \(forward.port) is taken by \(printable(other.owner))"
        )
      }
      if let dns = forward.dns {
        guard let server = IPv4Address(dns), networks.contains(where: { $0.contains(server) }) else {
          throw ConfigurationRefusal("\(name): dns \"\(printable(dns))\" is not an IPv4 address inside remoteNetworks")
        }
        guard Self.isHost(forward.targetHost) else {
          throw ConfigurationRefusal("\(name): target \"\(printable(forward.targetHost))\" is not a DNS name")
        }
      } else {
        guard let target = IPv4Address(forward.targetHost) else {
          throw ConfigurationRefusal(
            "\(name): target \"\(printable(forward.targetHost))\" is not an IPv4 address: a DNS name needs `dns`"
          )
        }
        guard networks.contains(where: { $0.contains(target) }) else {
          throw ConfigurationRefusal("\(name): target \(target) is outside remoteNetworks: add its network there")
        }
      }
    }
  }

  private func validateProbe() throws(ConfigurationRefusal) {
    guard (50...60_000).contains(probe.periodMilliseconds), (50...60_000).contains(probe.timeoutMilliseconds),
      (1...100).contains(probe.failureThreshold)
    else {
      throw ConfigurationRefusal("probe: period and timeout must be 50 to 60000 ms, failureThreshold 1 to 100")
    }
    guard let address = probe.address else { return }
    guard let target = ForwardTarget(address), networks.contains(where: { $0.contains(target.address) }) else {
      throw ConfigurationRefusal(
        "probe.address \"\(printable(address))\" is not `IPv4:port` of a host inside remoteNetworks"
      )
    }
  }

  static func isHost(_ text: String) -> Bool {
    if IPv4Address(text) != nil { return true }
    // Text that looks like an address but is none must not reach getaddrinfo, which accepts 010.1 and 0x7f000001.
    return HostName.isValid(text) && text.utf8.contains { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0 | 0x20) }
      && !text.hasPrefix("0x")
  }

  /// Throws unless `name`, if there is one, can be a file of the Secret beside this configuration.
  static func checkFile(_ name: String?, _ field: String) throws(ConfigurationRefusal) {
    guard let name else { return }
    let allowed = name.utf8.allSatisfy { byte in
      (byte >= 0x30 && byte <= 0x39) || (byte | 0x20 >= 0x61 && byte | 0x20 <= 0x7a) || "-_.".utf8.contains(byte)
    }
    guard allowed, (1...253).contains(name.utf8.count), !name.hasPrefix("."), name != fileName else {
      throw ConfigurationRefusal("\(field) \"\(printable(name))\" is not the name of a file of the Secret")
    }
  }

  /// Throws unless `text`, if there is one, fits on a line of a daemon's configuration.
  static func checkIdentity(_ text: String?, _ field: String) throws(ConfigurationRefusal) {
    guard let text else { return }
    guard text.isSingleLine, (1...1024).contains(text.utf8.count) else {
      throw ConfigurationRefusal("\(field) is empty, too long or has control characters")
    }
  }
}
