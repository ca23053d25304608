internal import CloudLinkerAPI
internal import Gateway

extension GatewayFacts {
  /// The connection's client profile; nil if it has none, or if it is missing or refused.
  var profile: OpenVPNProfile? {
    guard let spec = connection.spec.openVPN, let reference = spec.profileSecretRef,
      let bytes = credentials.secrets[reference.name]?[spec.profileKey],
      let text = try? GatewaySecretFiles([spec.profileKey: bytes]).text(spec.profileKey)
    else { return nil }
    return try? OpenVPNProfile(parsing: text, hasCredentials: spec.credentialsSecretRef != nil)
  }

  /// The same facts, with the profile's port in each tunnel that names none.
  func withPorts(of profile: OpenVPNProfile?) -> GatewayFacts {
    guard let profile else { return self }
    var facts = self
    for (index, tunnel) in facts.connection.spec.tunnels.enumerated() where tunnel.port == nil {
      facts.connection.spec.tunnels[index].port = profile.remote(for: tunnel.server, port: nil).port
    }
    return facts
  }
}
