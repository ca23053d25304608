internal import Foundations
internal import Gateway
internal import Kubernetes

extension OpenVPNSpec {
  func check(_ checker: inout FieldChecker) {
    let path = "spec.openVPN"
    let hasProfile = profileSecretRef != nil
    let hasFields =
      transport != nil || caSecretRef != nil || clientCertificateSecretRef != nil || staticKey != nil || ciphers != nil
      || fallbackCipher != nil || hmac != nil || compression != nil || serverName != nil
    checker.check(!(hasProfile && hasFields), Self.profileRule, at: path)
    checker.check(hasProfile || caSecretRef != nil, Self.caRule, at: path)
    let hasClient = clientCertificateSecretRef != nil || credentialsSecretRef != nil
    checker.check(hasProfile || hasClient, Self.clientRule, at: path)

    checker.known(transport, "\(path).transport")
    checker.known(compression, "\(path).compression")
    checker.secret(caSecretRef, "\(path).caSecretRef")
    checker.secret(profileSecretRef, "\(path).profileSecretRef")
    if let reference = clientCertificateSecretRef {
      checker.objectName(reference.name, "\(path).clientCertificateSecretRef.name")
      checker.secretKey(reference.certificateKey, "\(path).clientCertificateSecretRef.certificateKey")
      checker.secretKey(reference.privateKeyKey, "\(path).clientCertificateSecretRef.privateKeyKey")
    }
    if let reference = credentialsSecretRef {
      checker.objectName(reference.name, "\(path).credentialsSecretRef.name")
      checker.secretKey(reference.usernameKey, "\(path).credentialsSecretRef.usernameKey")
      checker.secretKey(reference.passwordKey, "\(path).credentialsSecretRef.passwordKey")
    }
    if let staticKey {
      checker.known(staticKey.mode, "\(path).staticKey.mode")
      checker.secret(staticKey.secretRef, "\(path).staticKey.secretRef")
      checker.range(staticKey.direction, "\(path).staticKey.direction", 0...1)
      checker.check(
        staticKey.direction == nil || staticKey.mode == .tlsAuth,
        StaticKey.directionRule,
        at: "\(path).staticKey"
      )
    }
    checker.count(ciphers?.count, "\(path).ciphers", 0...Self.maximumCiphers)
    let listLength = (ciphers ?? []).joined(separator: ":").unicodeScalars.count
    checker.check(listLength <= OpenVPNAlgorithm.maximumListLength, Self.ciphersRule, at: "\(path).ciphers")
    let names = (ciphers ?? []).enumerated().map { ("ciphers[\($0.offset)]", $0.element) }
    for (field, name) in names + (fallbackCipher.map { [("fallbackCipher", $0)] } ?? []) {
      let isKnown = OpenVPNAlgorithm.ciphers[name.uppercased()] != nil
      checker.check(isKnown, Self.cipherRule, at: "\(path).\(field)", name)
    }
    if let hmac {
      checker.check(OpenVPNAlgorithm.digests[hmac.uppercased()] != nil, Self.digestRule, at: "\(path).hmac", hmac)
    }
    checker.identity(serverName, "\(path).serverName")
    checker.length(serverName, "\(path).serverName", Self.serverNameLength)
  }
}
