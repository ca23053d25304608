internal import CloudLinkerAPI
internal import Gateway
internal import Kubernetes

/// Turns a connection, its accepted forwards and its credentials into what each gateway is told.
struct GatewayContent {
  let connection: VPNConnection
  let credentials: Credentials
  let forwards: [PortForward]
  /// DNS name of the headless Service; nil with one tunnel.
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
        spec.openVPN?.profileSecretRef?.name,
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
      isSegmentSizeFixed: connection.spec.gateway?.maximumSegmentSize.map { _ in true }
    )
    do { try configuration.validate() } catch {
      throw RefusedContent(part: .configuration, message: "tunnel \(tunnel.name): \(error.message)")
    }
    return try GatewaySecret(configuration: configuration, files: files)
  }

  /// The version of the Secret that holds user name and password. It shows nothing of them, as a digest would.
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

  private func server(of tunnel: VPNConnectionSpec.Tunnel) throws(RefusedContent) -> GatewayConfiguration.Server {
    guard let port = connection.spec.port(of: tunnel) else { throw unsupportedType }
    return GatewayConfiguration.Server(host: tunnel.server, port: port)
  }

  private var unsupportedType: RefusedContent {
    RefusedContent(part: .configuration, message: "spec.type: gateways do not speak \(connection.spec.type)")
  }

  /// Copies one key of a Secret into the gateway's as `name`, and returns that name.
  private func copy(
    _ name: String,
    from secret: String,
    _ key: String,
    field: String,
    _ files: inout [String: [UInt8]]
  ) throws(MissingCredential) -> String {
    files[name] = try credentials.file(secret, key, field: field)
    return name
  }

  private func ipsec(
    _ spec: IPsecSpec,
    _ tunnel: VPNConnectionSpec.Tunnel,
    _ files: inout [String: [UInt8]]
  ) throws(MissingCredential) -> IPsecSettings {
    let reference = spec.authentication.credentialsSecretRef
    let field = "spec.ipsec.authentication.credentialsSecretRef"
    let authentication: IPsecSettings.Authentication
    switch spec.authentication.method {
    case .eapTLS, .certificate:
      let certificate = try copy(
        "tls.crt",
        from: reference.name,
        reference.effectiveCertificateKey,
        field: field,
        &files
      )
      let key = try copy("tls.key", from: reference.name, reference.effectivePrivateKeyKey, field: field, &files)
      authentication =
        spec.authentication.method == .certificate
        ? .certificate(certificateFile: certificate, keyFile: key) : .eapTLS(certificateFile: certificate, keyFile: key)
    case .psk:
      authentication = .psk(
        keyFile: try copy("psk", from: reference.name, reference.effectivePresharedKeyKey, field: field, &files)
      )
    default:
      authentication = .eapMSCHAPv2(
        usernameFile: try copy("username", from: reference.name, reference.effectiveUsernameKey, field: field, &files),
        passwordFile: try copy("password", from: reference.name, reference.effectivePasswordKey, field: field, &files)
      )
    }
    var caFile: String?
    if let ca = spec.caSecretRef {
      caFile = try copy("ca.crt", from: ca.name, spec.caKey, field: "spec.ipsec.caSecretRef", &files)
    }
    var serverKeyFile: String?
    if let key = spec.serverKeySecretRef {
      serverKeyFile = try copy(
        "server.psk",
        from: key.name,
        spec.serverKey,
        field: "spec.ipsec.serverKeySecretRef",
        &files
      )
    }
    return IPsecSettings(
      authentication: authentication,
      caFile: caFile,
      serverKeyFile: serverKeyFile,
      ownAddress: spec.asksForVirtualAddress ? nil : tunnel.localAddress.map { .address($0) } ?? .pod,
      localIdentity: spec.localIdentity,
      remoteIdentity: tunnel.remoteIdentity ?? spec.remoteIdentity,
      ikeProposals: spec.ikeProposals ?? [],
      espProposals: spec.espProposals ?? [],
      dpdDelaySeconds: spec.deadPeerDelaySeconds,
      forceUDPEncapsulation: spec.forceUDPEncapsulation ?? false
    )
  }

  private func openVPN(
    _ spec: OpenVPNSpec,
    _ files: inout [String: [UInt8]]
  ) throws -> OpenVPNSettings {
    var settings = OpenVPNSettings(
      transport: spec.effectiveTransport.known ?? .udp,
      caFile: try copy(
        "ca.crt",
        from: spec.caSecretRef?.name ?? "",
        spec.caKey,
        field: "spec.openVPN.caSecretRef",
        &files
      )
    )
    if let reference = spec.clientCertificateSecretRef {
      let field = "spec.openVPN.clientCertificateSecretRef"
      settings.certificateFile = try copy(
        "tls.crt",
        from: reference.name,
        reference.effectiveCertificateKey,
        field: field,
        &files
      )
      settings.keyFile = try copy(
        "tls.key",
        from: reference.name,
        reference.effectivePrivateKeyKey,
        field: field,
        &files
      )
    }
    (settings.usernameFile, settings.passwordFile) = try account(spec, &files)
    if let key = spec.staticKey {
      let file = try copy(
        "static.key",
        from: key.secretRef.name,
        key.key,
        field: "spec.openVPN.staticKey.secretRef",
        &files
      )
      switch key.mode {
      case .tlsCrypt: settings.staticKey = .tlsCrypt(file: file)
      case .tlsCryptV2: settings.staticKey = .tlsCryptV2(file: file)
      default: settings.staticKey = .tlsAuth(file: file, direction: key.direction)
      }
    }
    settings.ciphers = spec.ciphers ?? []
    settings.fallbackCipher = spec.fallbackCipher
    settings.hmac = spec.hmac
    settings.compression = OpenVPNSettings.Compression(rawValue: spec.effectiveCompression.rawValue) ?? .none
    settings.serverName = spec.serverName
    return settings
  }

  private func profile(
    _ spec: OpenVPNSpec,
    _ tunnel: VPNConnectionSpec.Tunnel,
    _ files: inout [String: [UInt8]]
  ) throws -> OpenVPNProfileSettings {
    let file = try copy(
      "profile.ovpn",
      from: spec.profileSecretRef?.name ?? "",
      spec.profileKey,
      field: "spec.openVPN.profileSecretRef",
      &files
    )
    let (username, password) = try account(spec, &files)
    let settings = OpenVPNProfileSettings(profileFile: file, usernameFile: username, passwordFile: password)
    do {
      // The gateway's own check, so that it never comes to a gateway that refuses it.
      let rendering = try OpenVPNRendering(
        settings,
        server: try server(of: tunnel),
        managementSocket: "",
        files: GatewaySecretFiles(files)
      )
      guard rendering.hasClientAuthentication else {
        throw ConfigurationRefusal(
          "\(file) does not say how the client proves who it is: add <cert> and <key>, or give user name and password "
            + "with credentialsSecretRef"
        )
      }
    } catch {
      throw RefusedContent(
        part: .profile,
        message:
          "spec.openVPN.profileSecretRef: Secret \"\(spec.profileSecretRef?.name ?? "")\": \(error)"
      )
    }
    return settings
  }

  private func account(
    _ spec: OpenVPNSpec,
    _ files: inout [String: [UInt8]]
  ) throws -> (username: String?, password: String?) {
    guard let reference = spec.credentialsSecretRef else { return (nil, nil) }
    let field = "spec.openVPN.credentialsSecretRef"
    let username = try copy("username", from: reference.name, reference.effectiveUsernameKey, field: field, &files)
    let password = try copy("password", from: reference.name, reference.effectivePasswordKey, field: field, &files)
    do { _ = try GatewaySecretFiles(files).credentials(usernameFile: username, passwordFile: password) } catch {
      throw RefusedContent(part: .configuration, message: "\(field): Secret \"\(reference.name)\": \(error)")
    }
    return (username, password)
  }
}
