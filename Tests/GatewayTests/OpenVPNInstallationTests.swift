import Foundation
import TestSupport
import Testing

@testable import Gateway

/// The gateway's tables against the openvpn that is installed here. `hack/install` installs the one of the image, and
/// `hack/test` runs it first; without an openvpn there is nothing to compare with.
@Suite(.enabled(if: Shell.run("command -v openvpn").exitCode == 0, "openvpn is not installed: run hack/install"))
struct OpenVPNInstallationTests {
  @Test func ciphersAreThoseOfOpenVPN() {
    let shown = Shell.run("openvpn --show-ciphers").output.matches(of: /(?m)^(\S+)  \(\d+ bit key/).map { String($0.1) }
    #expect(shown.count > 50)
    #expect(Set(shown) == Set(OpenVPNAlgorithm.ciphers.values))
  }

  @Test func digestsAreThoseOfOpenVPNThatMakeAnHMAC() {
    let shown = Shell.run("openvpn --show-digests").output.matches(of: /(?m)^(\S+) \d+ bit digest/).map { String($0.1) }
    #expect(shown.count > 15)
    let useless = shown.filter { $0.hasPrefix("SHAKE") || $0.hasPrefix("KECCAK") || $0 == "NULL" }
    #expect(Set(shown).subtracting(useless) == Set(OpenVPNAlgorithm.digests.values))
  }

  /// `--help` lists what the manual has. Some of it is of no use in a file, and openvpn does not read on after it.
  @Test func everyDirectiveHasAnAnswer() {
    let script = """
      cd "$(mktemp -d)"
      openvpn --help | grep -oE '^ *--[a-z][a-z0-9-]+' | tr -d ' ' | sed 's/^--//' | sort -u |
      while read -r word; do
        # The second line is reached only if openvpn knows the first.
        for arguments in '' 1 '1 1' '1 1 1' '1.2.3.4 5 6 7' '1 2 3 4 5 6'; do
          if openvpn --config <(echo "$word $arguments"; echo no-such-directive) 2>&1 | grep -q ':2: no-such-directive'
          then echo "$word"; break; fi
        done
      done
      rm -r "$PWD"
      """
    let known = Shell.run(script).output.split(separator: "\n").map(String.init)
    #expect(known.count > 150)
    #expect(known.filter { OpenVPNDirective[$0] == nil } == [])
  }

  /// Starts openvpn with every configuration that the gateway would write for the profiles of the table, without its
  /// management interface and with a server on this machine that does not answer.
  @Test func openVPNAcceptsWhatIsAccepted() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "openvpn-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    var texts: [String: String] = Self.kept
    for row in MakersProfiles.rows {
      guard case .accepted = row.outcome else { continue }
      let text = try row.text ?? ProfileFixtures.bytes(row.name)
      texts[row.name] = try ProfileFixtures.rendering(text).text
    }
    for (name, text) in texts {
      let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        .filter { !$0.hasPrefix("management") }
        .map { $0.hasPrefix("remote ") ? "remote 127.0.0.1 9" : $0 }
      let file = folder.appending(path: name.replacing("/", with: "_") + ".conf")
      try lines.joined(separator: "\n").write(to: file, atomically: true, encoding: .utf8)
    }
    // All at once: each waits for the server in vain until its handshake's time is up.
    let script = """
      cd "$1"
      for file in *.conf; do
        timeout 120 openvpn --config "$file" --hand-window 2 --connect-timeout 1 --connect-retry-max 1 >"$file.log" 2>&1 &
      done
      wait
      grep -LE 'link remote|Attempting to establish TCP' *.log | while read -r log; do echo "$log"; tail -n 4 "$log"; done
      """
    #expect(Shell.run(script, [folder.path()]).output == "")
  }

  /// A configuration for each kept directive and each of its words.
  private static var kept: [String: String] {
    var texts: [String: String] = [:]
    for (names, directive) in OpenVPNDirective.rows {
      guard case .kept(let required, let optional) = directive else { continue }
      for name in names.split(separator: " ") {
        let most = (required + optional).map(samples)
        for (index, line) in lines(String(name), most, required.count).enumerated() {
          let profile = ProfileFixtures.profile("client\ndev tun\nremote vpn.example.com 1194\n\(line)")
          guard let text = try? ProfileFixtures.rendering(profile).text else {
            Issue.record("refused: \(line)")
            continue
          }
          texts["\(name) \(index)"] = text
        }
      }
    }
    return texts
  }

  private static func lines(_ name: String, _ samples: [[String]], _ required: Int) -> [String] {
    var lines = required == 0 ? [name] : []
    for count in max(required, 1)..<max(samples.count + 1, required + 1) where count <= samples.count {
      let fixed = samples.prefix(count - 1).map { $0[0] }
      for last in samples[count - 1] { lines.append(([name] + fixed + [last]).joined(separator: " ")) }
    }
    // A certificate of 2,048 bits is too weak for Suite B, which is refused with its own words.
    return lines.filter { $0 != "tls-cert-profile suiteb" }
  }

  private static func samples(_ argument: OpenVPNDirective.Argument) -> [String] {
    switch argument {
    case .number(let range): ["\(range.lowerBound)", "\(min(range.upperBound, 65_535))"]
    case .word(let words): words
    case .anyOf(let names), .allOf(let names): names.sorted()
    case .version: ["2.4.0", "2.5.0", "2.6.0"]
    case .fingerprint: [Array(repeating: "ab", count: 32).joined(separator: ":")]
    case .text: ["HIGH"]
    }
  }
}
