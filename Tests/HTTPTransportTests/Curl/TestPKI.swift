internal import FoundationEssentials
internal import KubernetesTesting

/// Two authorities that do not know each other, and what they have issued.
struct TestPKI: Sendable {
  let authority: TestAuthority
  let server: TestAuthority.Identity
  let renewed: TestAuthority.Identity
  let elsewhere: TestAuthority.Identity
  let client: TestAuthority.Identity
  let otherClient: TestAuthority.Identity
  let stranger: TestAuthority
  let strangersServer: TestAuthority.Identity
  let strangersClient: TestAuthority.Identity

  /// Made once a process; openssl takes a while.
  static let shared = Result { try TestPKI() }

  private init() throws {
    let (own, strange) = (try Folder(), try Folder())
    let here = ["IP:127.0.0.1", "DNS:localhost"]
    authority = try TestAuthority(folder: own.path, name: "own")
    server = try authority.issue("server", user: "server", names: here)
    renewed = try authority.issue("renewed", user: "renewed", names: here)
    elsewhere = try authority.issue("elsewhere", user: "elsewhere", names: ["DNS:elsewhere.test"])
    client = try authority.issue("client", user: "ann")
    otherClient = try authority.issue("other-client", user: "bob")
    stranger = try TestAuthority(folder: strange.path, name: "strange")
    strangersServer = try stranger.issue("server", user: "server", names: here)
    strangersClient = try stranger.issue("client", user: "eve")
  }
}

extension TestPKI {
  /// Gone when the test is over.
  final class Folder: Sendable {
    let path = "/tmp/cloudlinker-tests-\(UUID().uuidString)"
    init() throws { try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true) }
    deinit { try? FileManager.default.removeItem(atPath: path) }

    func write(_ name: String, _ bytes: [UInt8]) throws -> String {
      try Data(bytes).write(to: URL(fileURLWithPath: "\(path)/\(name)"))
      return "\(path)/\(name)"
    }
  }
}
