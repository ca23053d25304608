internal import CloudLinkerAPI
internal import Gateway

extension GatewayContent {
  func ipsec(
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
}
