internal import FoundationEssentials
internal import Kubernetes

/// A certificate authority for tests, made by the openssl program.
public struct TestAuthority: Sendable {
  public struct Identity: Sendable {
    /// PEM.
    public var certificate: [UInt8]
    public var key: [UInt8]
    /// Where they are on disk.
    public var certificatePath: String
    public var keyPath: String
  }
  private let folder: String
  public let identity: Identity

  /// - Parameter folder: where keys and certificates are put; it must exist.
  public init(folder: String, name: String = "cloudlinker test authority") throws(TestControlPlaneError) {
    self.folder = folder
    identity = try Self.make(folder, "ca", ["-subj", "/CN=\(name)", "-addext", "keyUsage=critical,keyCertSign"])
  }

  /// A certificate for a server or a client.
  /// - Parameters:
  ///   - file: the files' name without extension.
  ///   - user: the common name; to Kubernetes, the user's.
  ///   - group: the organisation; to Kubernetes, a group of the user's.
  ///   - names: subject alternative names, as `IP:127.0.0.1` or `DNS:localhost`.
  ///   - days: negative for one that has expired.
  public func issue(
    _ file: String,
    user: String,
    group: String? = nil,
    names: [String] = [],
    days: Int = 30
  ) throws(TestControlPlaneError) -> Identity {
    var arguments = ["-CA", identity.certificatePath, "-CAkey", identity.keyPath, "-days", "\(days)"]
    arguments += ["-subj", (group.map { "/O=\($0)" } ?? "") + "/CN=\(user)"]
    arguments += ["-addext", "basicConstraints=critical,CA:FALSE", "-addext", "extendedKeyUsage=serverAuth,clientAuth"]
    if !names.isEmpty { arguments += ["-addext", "subjectAltName=\(names.joined(separator: ","))"] }
    return try Self.make(folder, file, arguments)
  }

  private static func make(
    _ folder: String,
    _ file: String,
    _ arguments: [String]
  ) throws(TestControlPlaneError) -> Identity {
    let (certificate, key) = ("\(folder)/\(file).crt", "\(folder)/\(file).key")
    try TestCommand.run(
      "openssl",
      ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", key]
        + ["-out", certificate] + arguments
    )
    guard let pem = FileManager.default.contents(atPath: certificate),
      let keyPEM = FileManager.default.contents(atPath: key)
    else { throw TestControlPlaneError("openssl wrote no \(certificate)") }
    return Identity(certificate: [UInt8](pem), key: [UInt8](keyPEM), certificatePath: certificate, keyPath: key)
  }
}

/// Programs that run to their end.
enum TestCommand {
  /// Returns standard output; throws unless the exit code is 0. Blocks the calling thread.
  @discardableResult static func run(
    _ command: String,
    _ arguments: [String],
    timeout: Duration = .seconds(120)
  ) throws(TestControlPlaneError) -> String {
    // Standard error comes along, for the message.
    let words = ["-c", #""$@" 2>&1"#, "sh", command] + arguments
    let result: ChildProcess.Output
    do {
      result = try ChildProcess.run(
        "/bin/sh",
        words,
        environment: ProcessInfo.processInfo.environment,
        isInteractive: false,
        timeout: timeout
      )
    } catch {
      throw TestControlPlaneError("\(command) \(error.words)")
    }
    let text = String(decoding: result.output, as: UTF8.self)
    guard result.exitCode == 0 else {
      throw TestControlPlaneError(
        "\(command) \(arguments.joined(separator: " ")) failed with \(result.exitCode): \(text)"
      )
    }
    return text
  }
}
