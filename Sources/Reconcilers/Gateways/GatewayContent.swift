internal import CloudLinkerAPI
internal import Gateway
internal import Kubernetes

/// Converts a connection, its accepted forwards and its credentials to the content of each gateway.
struct GatewayContent {
  let connection: VPNConnection
  let credentials: Credentials
  let forwards: [PortForward]
  /// The DNS name of the headless Service; nil with one tunnel.
  let siblings: String?

  /// Names of the Secrets that `connection` refers to.
  static func secretNames(of connection: VPNConnection) -> Set<String> {
    let spec = connection.spec
    return Set(
      [
        spec.ipsec?.authentication.credentialsSecretRef.name, spec.ipsec?.caSecretRef?.name,
        spec.ipsec?.serverKeySecretRef?.name,
        spec.openVPN?.caSecretRef?.name, spec.openVPN?.clientCertificateSecretRef?.name,
        spec.openVPN?.credentialsSecretRef?.name, spec.openVPN?.staticKey?.secretRef.name,
        spec.openVPN?.profileSecretRef?.name, spec.twingate?.apiTokenSecretRef.name,
        spec.twingate?.connectors?.azure?.registrySecretRef?.name,
      ].compactMap { $0 }
    )
  }

  func secret(_ tunnel: VPNConnectionSpec.Tunnel) throws -> GatewaySecret {
    var files: [String: [UInt8]] = [:]
    let server = try server(of: tunnel)
    let configuration = GatewayConfiguration(
      revision: "",
      connection: connection.key.description,
      tunnel: tunnel.name,
      zone: tunnel.zone,
      protocolSettings: try settings(tunnel, &files),
      server: server,
      remoteNetworks: connection.spec.remoteNetworks,
      forwards: forwards.flatMap(Self.forwards),
      probe: GatewayConfiguration.Probe(address: connection.spec.probe?.address),
      siblings: siblings,
      maximumSegmentSize: connection.spec.gateway?.maximumSegmentSize ?? GatewaySpec.defaultMaximumSegmentSize,
      credentialsRevision: credentialsRevision,
      isSegmentSizeFixed: connection.spec.gateway?.maximumSegmentSize.map { _ in true },
      connectionLog: connection.spec.connectionLog
    )
    do { try configuration.validate() } catch {
      throw RefusedContent(part: .configuration, message: "tunnel \(tunnel.name): \(error.message)")
    }
    return try GatewaySecret(configuration: configuration, files: files)
  }

  /// The version of the Secret with user name and password. Unlike a digest, it reveals nothing about them.
  private var credentialsRevision: String? {
    let spec = connection.spec
    if let ipsec = spec.ipsec {
      guard ipsec.authentication.method == .eapMSCHAPv2 else { return nil }
      return credentials.versions[ipsec.authentication.credentialsSecretRef.name]
    }
    let secret = spec.openVPN?.credentialsSecretRef?.name ?? spec.openVPN?.profileSecretRef?.name
    return secret.flatMap { credentials.versions[$0] }
  }

  private static func forwards(_ forward: PortForward) -> [GatewayConfiguration.Forward] {
    forward.spec.ports.compactMap { port in
      guard let transport = port.effectiveProtocol.known else { return nil }
      return GatewayConfiguration.Forward(
        owner: forward.key.description,
        portName: port.name,
        transport: transport,
        port: port.port,
        targetHost: port.target.host,
        targetPort: port.target.port,
        dns: port.target.dns
      )
    }
  }

  private func settings(
    _ tunnel: VPNConnectionSpec.Tunnel,
    _ files: inout [String: [UInt8]]
  ) throws -> GatewayConfiguration.ProtocolSettings {
    if let ipsec = connection.spec.ipsec { return .ipsec(try self.ipsec(ipsec, tunnel, &files)) }
    if let openVPN = connection.spec.openVPN {
      guard openVPN.profileSecretRef == nil else { return .openVPNProfile(try profile(openVPN, tunnel, &files)) }
      return .openVPN(try self.openVPN(openVPN, &files))
    }
    throw unsupportedType
  }

  func server(of tunnel: VPNConnectionSpec.Tunnel) throws(RefusedContent) -> GatewayConfiguration.Server {
    guard let port = connection.spec.port(of: tunnel) else { throw unsupportedType }
    return GatewayConfiguration.Server(host: tunnel.server, port: port)
  }

  private var unsupportedType: RefusedContent {
    RefusedContent(part: .configuration, message: "spec.type: gateways do not speak \(connection.spec.type)")
  }

  /// Copies one key of a Secret into the gateway's Secret as `name`, and returns that name.
  func copy(
    _ name: String,
    from secret: String,
    _ key: String,
    field: String,
    _ files: inout [String: [UInt8]]
  ) throws(MissingCredential) -> String {
    files[name] = try credentials.file(secret, key, field: field)
    return name
  }
}
