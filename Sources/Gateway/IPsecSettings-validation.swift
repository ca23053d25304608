extension IPsecSettings {
  func validate() throws(ConfigurationRefusal) {
    switch authentication {
    case .eapMSCHAPv2(let usernameFile, let passwordFile):
      try GatewayConfiguration.checkFile(usernameFile, "usernameFile")
      try GatewayConfiguration.checkFile(passwordFile, "passwordFile")
    case .eapTLS(let certificateFile, let keyFile), .certificate(let certificateFile, let keyFile):
      try GatewayConfiguration.checkFile(certificateFile, "certificateFile")
      try GatewayConfiguration.checkFile(keyFile, "keyFile")
    case .psk(let keyFile): try GatewayConfiguration.checkFile(keyFile, "keyFile")
    }
    if case .psk = authentication {
    } else if caFile == nil && serverKeyFile == nil {
      throw ConfigurationRefusal("caFile is missing: the server must be known by its CA unless both share a key")
    }
    try GatewayConfiguration.checkFile(caFile, "caFile")
    try GatewayConfiguration.checkFile(serverKeyFile, "serverKeyFile")
    try GatewayConfiguration.checkIdentity(localIdentity, "localIdentity")
    try GatewayConfiguration.checkIdentity(remoteIdentity, "remoteIdentity")
    for proposal in ikeProposals { try AlgorithmName.check(proposal, "ikeProposals") }
    for proposal in espProposals { try AlgorithmName.check(proposal, "espProposals") }
    guard (1...3600).contains(dpdDelaySeconds) else {
      throw ConfigurationRefusal("dpdDelaySeconds \(dpdDelaySeconds) is out of range: use 1 to 3600")
    }
  }
}
