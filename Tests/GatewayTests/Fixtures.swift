import Foundations
import Gateway

enum Fixtures {
  static func pem(_ label: String, _ body: String = "MIIBszCCAVmgAwIBAgIUQ0==") -> String {
    "-----BEGIN \(label)-----\n\(body)\n-----END \(label)-----\n"
  }
  static let certificate = pem("CERTIFICATE")
  static let key = pem("PRIVATE KEY", "MC4CAQAwBQYDK2VwBCIEIA==")
  static let staticKey = pem("OpenVPN Static key V1", "0123456789abcdef0123456789abcdef")

  static let files = GatewaySecretFiles([
    "username": Array("office\n".utf8), "password": Array("S3cret \"pass\\word\"".utf8),
    "ca.crt": Array(certificate.utf8), "tls.crt": Array((certificate + pem("CERTIFICATE", "SW50ZXI=")).utf8),
    "tls.key": Array(key.utf8), "psk": Array("0sshared key".utf8), "static.key": Array(staticKey.utf8),
    "lines": Array("one\ntwo".utf8), "empty": [], "binary": [0xff, 0xfe],
    "marked": Array("\u{FEFF}office".utf8),
    "encrypted.key": Array(pem("ENCRYPTED PRIVATE KEY").utf8),
  ])

  static let ipsec = IPsecSettings(
    authentication: .eapMSCHAPv2(usernameFile: "username", passwordFile: "password"),
    caFile: "ca.crt"
  )
  static let openVPN = OpenVPNSettings(
    transport: .udp,
    caFile: "ca.crt",
    certificateFile: "tls.crt",
    keyFile: "tls.key"
  )

  static func forward(
    _ port: Int,
    _ host: String = "192.168.100.30",
    _ targetPort: Int = 8080,
    transport: TransportProtocol = .tcp,
    dns: String? = nil
  ) -> GatewayConfiguration.Forward {
    GatewayConfiguration.Forward(
      owner: "production/hello",
      portName: "http",
      transport: transport,
      port: port,
      targetHost: host,
      targetPort: targetPort,
      dns: dns
    )
  }

  static func configuration(_ change: (inout GatewayConfiguration) -> Void = { _ in }) -> GatewayConfiguration {
    var configuration = GatewayConfiguration(
      revision: "r1",
      connection: "production/office",
      tunnel: "a",
      zone: nil,
      protocolSettings: .ipsec(ipsec),
      server: GatewayConfiguration.Server(host: "vpn1.example.com", port: 500),
      remoteNetworks: ["192.168.100.0/24"],
      forwards: [forward(33000)]
    )
    change(&configuration)
    return configuration
  }
}

/// The refusal's message, nil when nothing was refused.
func refusal(_ body: () throws -> Void) -> String? {
  do {
    try body()
    return nil
  } catch {
    return (error as? ConfigurationRefusal)?.message ?? "\(error)"
  }
}
