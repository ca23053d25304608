internal import Azure
internal import Cloud
internal import CloudNetworks
internal import CloudResources
internal import Foundations

extension DesiredConnectors {
  /// The service to which the connectors' subnets are delegated.
  static let azureDelegation = "Microsoft.ContainerInstance/containerGroups"
  /// The prefix length of a connectors' subnet: eleven addresses besides Azure's own five, for up to eight connectors and
  /// those that replace them.
  static let azureSubnetLength = 28

  func azureKey(_ seat: Seat, period: String) -> String {
    let variables = machine.environment.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
    let place = [place.networkID.lowercased(), seat.subnetID.lowercased(), seat.zone]
    return key(seat, place + [period, machine.containerImage] + variables)
  }

  /// The zones whose NAT gateways the connectors use, in the order of the seats.
  var azureZones: [String] { seats.map(\.zone).reduce(into: []) { if !$0.contains($1) { $0.append($1) } } }

  /// The last eighth of the Backbone's range, which contains the connectors' subnets.
  var azureRange: IPv4Network? { place.ranges.first?.parts(3).last }

  /// A part of that eighth that overlaps no subnet; nil: none is left.
  func azureFreeRange(in network: VirtualNetwork) -> IPv4Network? {
    guard let eighth = azureRange, eighth.prefixLength <= Self.azureSubnetLength else { return nil }
    let taken = network.subnets.compactMap(\.cidr).filter { $0.overlaps(eighth) }
    // `parts` makes at most 2^16.
    return eighth.parts(min(16, Self.azureSubnetLength - eighth.prefixLength))
      .map { IPv4Network(containing: $0.address, prefixLength: Self.azureSubnetLength) }
      .first { part in !taken.contains { $0.overlaps(part) } }
  }

  /// Out to Twingate, its relays and peers, according to Twingate's help pages, and to the Backbone; nothing comes in.
  var azureRules: [SecurityRule] {
    let inside = Set(IPv4Network.collapsed(place.ranges).map(\.description))
    return [
      SecurityRule("deny-in", 4096, .inbound, .deny),
      SecurityRule("inside-out", 100, .outbound, .allow, to: inside),
      SecurityRule("twingate", 110, .outbound, .allow, transport: "Tcp", ports: ["443", "30000-31000"]),
      SecurityRule("peers", 120, .outbound, .allow, transport: "Udp"),
      SecurityRule("deny-out", 4096, .outbound, .deny),
    ]
  }

  /// The container group of a connector. It gets the tag `started` when it is made.
  func azureMachine(
    _ connector: SeatedConnector,
    _ tokens: ConnectorSecret,
    _ names: AzureConnectorNames,
    in network: VirtualNetwork?
  ) -> ContainerGroupRequest {
    let subnet = names.subnetID(names.subnet(connector.seat.zone))
    var request = ContainerGroupRequest(location: place.region, image: machine.containerImage, subnet: subnet)
    request.environment = machine.environment
    request.secrets = ["TWINGATE_ACCESS_TOKEN": tokens.access, "TWINGATE_REFRESH_TOKEN": tokens.refresh]
    request.nameServers = network?.nameServers ?? []
    request.login = machine.login.map {
      .init(server: Self.registry(of: machine.containerImage), username: $0.username, password: $0.password)
    }
    request.tags = tags
    request.tags[AzureConnectorTag.connector] = names.tag(connector.key)
    request.tags[AzureConnectorTag.period] = connector.imageID
    return request
  }

  /// The registry that an image comes from: the first part of its name, if that looks like a host.
  static func registry(of image: String) -> String {
    let first = String(image.prefix { $0 != "/" })
    let isHost = image.contains("/") && (first.contains(".") || first.contains(":") || first == "localhost")
    return isHost && first != "docker.io" ? first : "index.docker.io"
  }
}
