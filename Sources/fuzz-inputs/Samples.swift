import FoundationEssentials
import Gateway

/// Good configurations and Secrets for the fuzzer to spoil.
enum Samples {
  static func pem(_ label: String, _ body: String = "MIIBszCCAVmgAwIBAgIUQ0==") -> String {
    "-----BEGIN \(label)-----\n\(body)\n-----END \(label)-----\n"
  }
  static let certificate = pem("CERTIFICATE")
  static let key = pem("PRIVATE KEY", "MC4CAQAwBQYDK2VwBCIEIA==")
  static let staticKey = pem("OpenVPN Static key V1", "0123456789abcdef0123456789abcdef")
  static let files = GatewaySecretFiles([
    "username": "office".bytes, "password": "S3cret \"pass\\word\"".bytes, "psk": "0sshared key".bytes,
    "ca.crt": certificate.bytes, "tls.crt": (certificate + certificate).bytes, "tls.key": key.bytes,
    "static.key": staticKey.bytes, "profile.ovpn": "client\nremote a 1\n<ca>\n\(certificate)</ca>\n".bytes,
  ])

  static let configurations: [GatewayConfiguration] = {
    let settings: [GatewayConfiguration.ProtocolSettings] = [
      .ipsec(
        IPsecSettings(
          authentication: .eapMSCHAPv2(usernameFile: "username", passwordFile: "password"),
          caFile: "ca.crt",
          localIdentity: "a@b",
          remoteIdentity: "C=DE, CN=vpn",
          ikeProposals: ["aes256-sha256-modp2048"],
          espProposals: ["aes256gcm16"]
        )
      ),
      .ipsec(IPsecSettings(authentication: .eapTLS(certificateFile: "tls.crt", keyFile: "tls.key"), caFile: "ca.crt")),
      .ipsec(IPsecSettings(authentication: .psk(keyFile: "psk"), caFile: nil)),
      .openVPN(
        OpenVPNSettings(
          transport: .udp,
          caFile: "ca.crt",
          certificateFile: "tls.crt",
          keyFile: "tls.key",
          usernameFile: "username",
          passwordFile: "password",
          staticKey: .tlsAuth(file: "static.key", direction: 1),
          ciphers: ["AES-256-GCM"],
          fallbackCipher: "AES-256-CBC",
          hmac: "SHA256",
          compression: .lz4v2,
          serverName: "vpn"
        )
      ), .openVPNProfile(OpenVPNProfileSettings(profileFile: "profile.ovpn")),
    ]
    return settings.map { settings in
      GatewayConfiguration(
        revision: "r",
        connection: "production/office",
        tunnel: "a",
        zone: "z",
        protocolSettings: settings,
        server: GatewayConfiguration.Server(host: "vpn.example.com", port: 500),
        remoteNetworks: ["192.168.100.0/24", "10.1.0.0/16"],
        forwards: [forward("192.168.100.30", nil, 33000), forward("app.corp", "192.168.100.2", 33001)],
        probe: GatewayConfiguration.Probe(address: "192.168.100.30:8080"),
        siblings: "office-gateways.production.svc"
      )
    }
  }()

  private static func forward(_ host: String, _ dns: String?, _ port: Int) -> GatewayConfiguration.Forward {
    GatewayConfiguration.Forward(
      owner: "production/hello",
      portName: "http",
      transport: .tcp,
      port: port,
      targetHost: host,
      targetPort: 8080,
      dns: dns
    )
  }

  static func json(_ configuration: GatewayConfiguration) -> [UInt8] {
    (try? JSONEncoder().encode(configuration)).map { [UInt8]($0) } ?? []
  }

  /// - Parameter field: any number; it selects one of some twenty fields.
  static func place(
    _ text: String,
    at field: Int,
    in configuration: inout GatewayConfiguration,
    _ files: inout GatewaySecretFiles
  ) {
    let names = files.contents.keys.sorted()
    switch field % (16 + names.count) {
    case 0: configuration.server.host = text
    case 1: configuration.remoteNetworks[0] = text
    case 2: configuration.forwards[0].targetHost = text
    case 3: configuration.forwards[1].targetHost = text
    case 4: configuration.forwards[1].dns = text
    case 5: configuration.forwards[0].owner = text
    case 6: configuration.forwards[0].portName = text
    case 7: configuration.probe.address = text
    case 8: configuration.siblings = text
    case 9: (configuration.connection, configuration.tunnel, configuration.zone) = (text, text, text)
    case let field where field < 16: configuration.protocolSettings.place(text, at: field - 10)
    case let field: files.contents[names[field - 16]] = text.bytes
    }
  }
}

extension GatewayConfiguration.ProtocolSettings {
  fileprivate mutating func place(_ text: String, at field: Int) {
    switch self {
    case .ipsec(var settings):
      switch field {
      case 0: settings.localIdentity = text
      case 1: settings.remoteIdentity = text
      case 2: settings.ikeProposals = [text]
      case 3: settings.espProposals = [text]
      case 4: settings.caFile = text
      default: settings.authentication = .psk(keyFile: text)
      }
      self = .ipsec(settings)
    case .openVPN(var settings):
      switch field {
      case 0: settings.serverName = text
      case 1: settings.ciphers = [text]
      case 2: settings.fallbackCipher = text
      case 3: settings.hmac = text
      case 4: settings.caFile = text
      default: settings.staticKey = .tlsCrypt(file: text)
      }
      self = .openVPN(settings)
    case .openVPNProfile: self = .openVPNProfile(OpenVPNProfileSettings(profileFile: text))
    }
  }
}
