internal import Foundations
internal import Kubernetes

extension VPNConnection: SchemaDescribing {
  /// Labels hold the name, and a label's value has at most 63 characters.
  static let maximumNameLength = 63
  static let nameRule = Schema.Rule(
    "self.metadata.name.size() <= \(maximumNameLength)",
    "metadata.name must have at most \(maximumNameLength) characters"
  )
  private static let hasTwingateObjects =
    "has(oldSelf.status) && has(oldSelf.status.twingate) && has(oldSelf.status.twingate.ledger) && "
    + "(has(oldSelf.status.twingate.ledger.ids) || has(oldSelf.status.twingate.ledger.operations))"
  static let networkRule = Schema.Rule(
    "!(\(hasTwingateObjects)) || !has(oldSelf.spec.twingate) || !has(self.spec.twingate) || "
      + "self.spec.twingate.network == oldSelf.spec.twingate.network",
    "once something is made at Twingate, twingate.network cannot be changed: create another VPNConnection"
  )
  public static let schema = Schema.resource(
    """
    A VPNConnection is how this namespace reaches a network behind a VPN server: one gateway pod for each tunnel, and \
    a Service (vpn) in front of all that are ready. PortForwards say which of its ports lead where. With type Twingate it \
    is how people reach what is inside this namespace's cluster.
    """,
    spec: VPNConnectionSpec.schema,
    status: VPNConnectionStatus.schema
  ).rule(nameRule.expression, nameRule.message).rule(networkRule.expression, networkRule.message)

  public static let definition = CustomResourceDefinition(
    resourceType: resourceType,
    singular: "vpnconnection",
    shortNames: ["vpnc"],
    columns: [
      .init("Type", ".spec.type", "The protocol of the connection."),
      .ready("Whether traffic crosses the tunnels."),
      .init("Tunnels", ".status.tunnelsReady", "Tunnels that carry traffic, of all."),
      .init("Connectors", ".status.twingate.connectorsAlive", "Connectors that Twingate hears, of all."),
      .init("Service", ".status.serviceName", "The Service that pods of this namespace talk to."),
      .reason,
      .message,
      .age,
    ],
    schema: schema
  )
}
