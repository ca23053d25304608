import Foundations
import Gateway
import TestSupport
import Testing

/// Refusals become part of a status, which more people may read than the Secret that was refused.
@Suite struct SecretContentTests {
  /// Profiles with a place for the secret, every one of which is refused whatever stands there.
  static let refused = [
    "§", "client\n§", "§ §", "up §", "--up §", "management-hold §", "dev §", "dev-type §", "proto §",
    "remote a 1 §", "remote § § §", "<§>", "<§", "</§>", "<connection>\n§\n</connection>", "<connection>\n<§>\n",
    "<connection>\nauth §\n</connection>", "<ca>\n§\n</ca>", "<ca>\n§", "<key>\n§\n</key>",
    "<ca>\n-----BEGIN §-----\n§\n-----END §-----\n</ca>", "<auth-user-pass>\n§\n§\n§\n</auth-user-pass>",
    "auth-user-pass §", "cert §", "tls-auth § 1", "auth \"§", "verify-x509-name § § §", "\u{1}§", "§\u{7f}", "auth §\\",
  ]
  /// Here some secrets are good values.
  static let other = [
    "<auth-user-pass>\n§\n</auth-user-pass>", "key-direction § §", "auth '§", "remote-cert-tls § §", "cipher §",
    "data-ciphers §", "data-ciphers A:§", "auth §", "remote §", "tls-cipher §", "# §", "setenv § §", "setenv opt § §",
    "ca §", "route §", "<peer-fingerprint>\n§\n</peer-fingerprint>",
    "ignore-unknown-option §\n§ §", "port §", "proto-force §", "hand-window §", "compat-mode §", "tls-groups §",
  ]

  @Test(arguments: refused + other) func profilesAreRefusedWithoutTheirContent(template: String) {
    for secret in SecretShapes.samples {
      let text = template.replacing("§", with: secret)
      for profile in [text, OpenVPNProfileTests.minimal + text] {
        let message = refusal { _ = try OpenVPNProfile(parsing: profile) }
        #expect(message != nil || Self.other.contains(template), "accepted: \(profile)")
        let leak = SecretShapes.leak(of: secret, in: message ?? "")
        #expect(leak == nil, "\(leak ?? "") stands in: \(message ?? "")")
      }
    }
  }

  /// Every file that a gateway's Secret can hold, with something else in it.
  @Test func filesAreRefusedWithoutTheirContent() {
    let wrapped = [
      "§", "\n§", "§\n§", "-----BEGIN CERTIFICATE-----\n§\n", "-----BEGIN §-----\nAA==\n-----END §-----\n",
    ]
    for secret in SecretShapes.samples.prefix(19) {
      for template in wrapped {
        let content = Array(template.replacing("§", with: secret).utf8)
        for bytes in [content, content + [0xff], content + [0]] {
          for file in ["ca.crt", "tls.crt", "tls.key", "static.key", "username", "password", "psk", "profile.ovpn"] {
            var files = Fixtures.files
            files.contents["profile.ovpn"] = Array(OpenVPNProfileTests.minimal.utf8)
            files.contents[file] = bytes
            for message in Self.refusals(files) {
              let leak = SecretShapes.leak(of: secret, in: message)
              #expect(leak == nil, "\(leak ?? "") of \(file) stands in: \(message)")
            }
          }
        }
      }
    }
  }

  /// What each way to render says about these files, those that accept them left out.
  private static func refusals(_ files: GatewaySecretFiles) -> [String] {
    let server = GatewayConfiguration.Server(host: "vpn.example.com", port: 1194)
    let ways: [IPsecSettings.Authentication] = [
      .eapMSCHAPv2(usernameFile: "username", passwordFile: "password"),
      .eapTLS(certificateFile: "tls.crt", keyFile: "tls.key"), .psk(keyFile: "psk"),
    ]
    let ipsec = ways.map { way in
      refusal {
        let settings = IPsecSettings(authentication: way, caFile: "ca.crt")
        _ = try IPsecRendering(settings, server: server, remoteNetworks: [], files: files)
      }
    }
    var settings = Fixtures.openVPN
    (settings.usernameFile, settings.passwordFile) = ("username", "password")
    settings.staticKey = .tlsCrypt(file: "static.key")
    let openVPN = refusal {
      _ = try OpenVPNRendering(settings, server: server, managementSocket: "/s", files: files)
    }
    let profile = refusal {
      _ = try OpenVPNRendering(
        OpenVPNProfileSettings(profileFile: "profile.ovpn", usernameFile: "username", passwordFile: "password"),
        server: server,
        managementSocket: "/s",
        files: files
      )
    }
    return (ipsec + [openVPN, profile]).compactMap { $0 }
  }
}
