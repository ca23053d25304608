import Foundation
import Foundations
import Gateway

/// The client profiles of Profiles/, as makers' products write them, with keys made for these tests.
enum ProfileFixtures {
  static let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Profiles")

  static func bytes(_ name: String) throws -> [UInt8] {
    [UInt8](try Data(contentsOf: folder.appending(path: "\(name).ovpn")))
  }

  /// Whole blocks of key material out of one of the profiles.
  static let material: [String: String] = {
    let text = (try? bytes("pfsense-2.x-inline-lport0")).map { String(decoding: $0, as: UTF8.self) } ?? ""
    return Dictionary(
      uniqueKeysWithValues: ["ca", "cert", "key", "tls-auth"].map { name in
        let begin = text.range(of: "<\(name)>")?.lowerBound ?? text.startIndex
        let end = text.range(of: "</\(name)>")?.upperBound ?? text.startIndex
        return (name, String(text[begin..<end]) + "\n")
      }
    )
  }()

  /// A profile's own lines, followed by the blocks whose names are given.
  static func profile(_ lines: String, _ blocks: String = "ca cert key") -> [UInt8] {
    let texts = blocks.split(separator: " ").map { block -> String in
      // A static key serves for both.
      guard block == "tls-crypt" else { return material[String(block), default: ""] }
      return material["tls-auth", default: ""].replacing("tls-auth>", with: "tls-crypt>")
    }
    return Array((lines + "\n" + texts.joined()).utf8)
  }

  static func rendering(
    _ profile: [UInt8],
    hasCredentials: Bool = true,
    server: GatewayConfiguration.Server = .init(host: "vpn.example.com", port: 1194)
  ) throws -> OpenVPNRendering {
    var files = Fixtures.files
    files.contents["profile.ovpn"] = profile
    return try OpenVPNRendering(
      OpenVPNProfileSettings(
        profileFile: "profile.ovpn",
        usernameFile: hasCredentials ? "username" : nil,
        passwordFile: hasCredentials ? "password" : nil
      ),
      server: server,
      managementSocket: "/run/c/openvpn.sock",
      files: files
    )
  }
}
