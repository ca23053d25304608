internal import CloudLinkerAPI
internal import Gateway

extension GatewayContent {
  func openVPN(
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

  func profile(
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
      // The same check as in the gateway, so that the gateway never receives a profile that it refuses.
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
