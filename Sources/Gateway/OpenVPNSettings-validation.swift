extension OpenVPNSettings {
  func validate() throws(ConfigurationRefusal) {
    try GatewayConfiguration.checkFile(caFile, "caFile")
    try GatewayConfiguration.checkFile(certificateFile, "certificateFile")
    try GatewayConfiguration.checkFile(keyFile, "keyFile")
    try GatewayConfiguration.checkFile(usernameFile, "usernameFile")
    try GatewayConfiguration.checkFile(passwordFile, "passwordFile")
    guard (certificateFile == nil) == (keyFile == nil) else {
      throw ConfigurationRefusal("certificateFile and keyFile go together")
    }
    guard (usernameFile == nil) == (passwordFile == nil) else {
      throw ConfigurationRefusal("usernameFile and passwordFile go together")
    }
    guard certificateFile != nil || usernameFile != nil else {
      throw ConfigurationRefusal("neither a client certificate nor user name and password are given")
    }
    switch staticKey {
    case .tlsAuth(let file, let direction):
      try GatewayConfiguration.checkFile(file, "staticKey")
      guard direction == nil || direction == 0 || direction == 1 else {
        throw ConfigurationRefusal("the direction of tls-auth is 0, 1 or nothing")
      }
    case .tlsCrypt(let file), .tlsCryptV2(let file): try GatewayConfiguration.checkFile(file, "staticKey")
    case nil: break
    }
    _ = try cipherLines()
    try GatewayConfiguration.checkIdentity(serverName, "serverName")
    if let serverName, OpenVPNRendering.serverNameLine(serverName).utf8.count > OpenVPNProfile.maximumLineLength {
      throw ConfigurationRefusal("serverName has \(serverName.utf8.count) bytes, more than OpenVPN reads: shorten it")
    }
  }
}

extension OpenVPNProfileSettings {
  func validate() throws(ConfigurationRefusal) {
    try GatewayConfiguration.checkFile(profileFile, "profileFile")
    try GatewayConfiguration.checkFile(usernameFile, "usernameFile")
    try GatewayConfiguration.checkFile(passwordFile, "passwordFile")
    guard (usernameFile == nil) == (passwordFile == nil) else {
      throw ConfigurationRefusal("usernameFile and passwordFile go together")
    }
  }
}
