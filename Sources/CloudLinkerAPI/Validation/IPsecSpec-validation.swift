internal import Foundations
internal import Gateway
internal import Kubernetes

extension IPsecSpec {
  func check(_ checker: inout FieldChecker) {
    let path = "spec.ipsec"
    checker.known(authentication.method, "\(path).authentication.method")
    let reference = authentication.credentialsSecretRef
    let referencePath = "\(path).authentication.credentialsSecretRef"
    checker.objectName(reference.name, "\(referencePath).name")
    checker.secretKey(reference.usernameKey, "\(referencePath).usernameKey")
    checker.secretKey(reference.passwordKey, "\(referencePath).passwordKey")
    checker.secretKey(reference.certificateKey, "\(referencePath).certificateKey")
    checker.secretKey(reference.privateKeyKey, "\(referencePath).privateKeyKey")
    checker.secretKey(reference.presharedKeyKey, "\(referencePath).presharedKeyKey")
    let hasServerProof = caSecretRef != nil || serverKeySecretRef != nil
    checker.check(authentication.method == .psk || hasServerProof, Self.caRule, at: path)
    let mayHaveServerKey = authentication.method == .eapMSCHAPv2 && caSecretRef == nil
    checker.check(serverKeySecretRef == nil || mayHaveServerKey, Self.serverKeyRule, at: path)
    checker.secret(caSecretRef, "\(path).caSecretRef")
    checker.secret(serverKeySecretRef, "\(path).serverKeySecretRef")
    checker.known(virtualAddress, "\(path).virtualAddress")
    checker.ikeIdentity(localIdentity, "\(path).localIdentity")
    checker.ikeIdentity(remoteIdentity, "\(path).remoteIdentity")
    checker.range(deadPeerDetection?.delaySeconds, "\(path).deadPeerDetection.delaySeconds", Self.deadPeerDelayRange)
    for (field, proposals) in [("ikeProposals", ikeProposals ?? []), ("espProposals", espProposals ?? [])] {
      checker.count(proposals.count, "\(path).\(field)", 0...Self.maximumProposals)
      for (index, proposal) in proposals.enumerated() {
        checker.spelled(
          proposal,
          "\(path).\(field)[\(index)]",
          "must be algorithms joined by '-', in strongSwan's spelling, such as aes256-sha256-modp2048",
          Spelling.isProposal
        )
      }
    }
  }
}
