internal import FoundationEssentials
public import Foundations
public import HTTPTransport
public import Kubernetes

/// A real API server and etcd for tests, on loopback, without nodes or controllers (the convention of controller-
/// runtime's envtest).
///
///     @Suite(.enabled(if: TestControlPlane.isAvailable, "needs KUBEBUILDER_ASSETS"))
///     struct WidgetTests {
///       @Test func widgets() async throws {
///         let plane = try await TestControlPlane.shared()
///         try await plane.install(definitions: "crds")
///         let client = try await plane.client()
///         let namespace = try await plane.createNamespace()
///
/// `KUBEBUILDER_ASSETS` names a folder with `kube-apiserver`, `etcd` and `kubectl` (`hack/build-kubernetes` prints one);
/// with `USE_EXISTING_CLUSTER=true` the current context is used instead, and what controls the servers throws. Nothing
/// runs namespaces' or owners' deletion, and admission of ServiceAccounts is off. All processes end with the test's.
public final class TestControlPlane: Sendable {
  public static var usesExistingCluster: Bool { environment["USE_EXISTING_CLUSTER"]?.lowercased() == "true" }
  public static var isAvailable: Bool { usesExistingCluster || assets != nil }
  /// Whether servers can be stopped, paused and compacted here.
  public static var isControllable: Bool { !usesExistingCluster && assets != nil }

  /// Tokens of the server's own.
  public enum Token: String, CaseIterable, Sendable {
    /// Of group `system:masters`.
    case admin = "admin-token"
    /// May do nothing.
    case nobody = "nobody-token"
  }

  let folder: String
  let ports: (api: UInt16, etcd: UInt16)
  let existing: ClientConfiguration?
  private let identities: Identities?
  let processes = Locked(Processes())

  struct Processes {
    var etcd: TestProcess?
    var apiServer: TestProcess?
    var customResourceServer: TestProcess?
  }
  /// The keys and certificates of one control plane.
  struct Identities: Sendable {
    var authority: TestAuthority
    var admin: TestAuthority.Identity
  }

  /// One control plane for the whole test process, started when first asked for. Do not restart or pause this one.
  public static func shared() async throws -> TestControlPlane { try await sharedStart.value }
  private static let sharedStart = Task { try await TestControlPlane.start() }

  /// Starts a control plane of the caller's own; it takes about 4 s and 350 MB.
  public static func start() async throws(TestControlPlaneError) -> TestControlPlane {
    if usesExistingCluster { return try await startExisting() }
    // A port may be taken between its choice and its use.
    for _ in 0..<2 {
      if let plane = try? await startOnce() { return plane }
    }
    return try await startOnce()
  }

  private static func startExisting() async throws(TestControlPlaneError) -> TestControlPlane {
    let configuration: ClientConfiguration
    do {
      configuration = try await ClientConfiguration.load()
    } catch {
      throw TestControlPlaneError("USE_EXISTING_CLUSTER: \(error.message)")
    }
    return try TestControlPlane(existing: configuration)
  }

  private static func startOnce() async throws(TestControlPlaneError) -> TestControlPlane {
    let plane = try await BlockingThread.run { () throws(TestControlPlaneError) in
      let plane = try TestControlPlane(existing: nil)
      try plane.startEtcd()
      return plane
    }
    try await plane.startAPIServer()
    return plane
  }

  private init(existing: ClientConfiguration?) throws(TestControlPlaneError) {
    self.existing = existing
    folder = "/tmp/cloudlinker-control-plane-\(UUID().uuidString)"
    do {
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    } catch { throw TestControlPlaneError("\(folder) cannot be made") }
    guard existing == nil else {
      ports = (0, 0)
      identities = nil
      return
    }
    let free = try FreePorts.find(2)
    ports = (free[0], free[1])
    identities = try Self.writeFiles(folder)
  }

  deinit {
    processes.withLock { $0 = Processes() }
    try? FileManager.default.removeItem(atPath: folder)
  }

  private static func writeFiles(_ folder: String) throws(TestControlPlaneError) -> Identities {
    let authority = try TestAuthority(folder: folder)
    _ = try authority.issue(
      "server",
      user: "kube-apiserver",
      names: ["IP:127.0.0.1", "DNS:localhost", "DNS:kubernetes"]
    )
    try TestCommand.run("openssl", ["genrsa", "-out", "\(folder)/service-account.key", "2048"])
    let tokens =
      "\(Token.admin.rawValue),token-admin,1,system:masters\n\(Token.nobody.rawValue),nobody,2\n"
    do {
      try Data(tokens.utf8).write(to: URL(fileURLWithPath: "\(folder)/tokens.csv"))
    } catch { throw TestControlPlaneError("\(folder)/tokens.csv cannot be written") }
    return Identities(
      authority: authority,
      admin: try authority.issue("admin", user: "admin", group: "system:masters")
    )
  }

  static var environment: [String: String] { ProcessInfo.processInfo.environment }
  static var assets: String? { environment["KUBEBUILDER_ASSETS"].flatMap { $0.isEmpty ? nil : $0 } }

  public var server: String { existing?.server ?? "https://127.0.0.1:\(ports.api)" }
  /// For certificates of a test's own: the API server accepts clients of this authority. Nil for an existing cluster.
  public var authority: TestAuthority? { identities?.authority }

  /// TLS material that trusts the server, and shows an identity if one is given.
  public func tls(_ identity: TestAuthority.Identity? = nil) -> TLSConfiguration {
    TLSConfiguration(
      certificateAuthorities: identities?.authority.identity.certificate,
      clientCertificate: identity?.certificate,
      clientKey: identity?.key
    )
  }

  /// A client with every right, by client certificate, or with those of `token`.
  /// - Parameter wrap: what its requests go through on their way, such as a transport that injects faults; not for an
  ///   existing cluster.
  public func client(
    token: Token? = nil,
    through wrap: (any Transport) -> any Transport = { $0 },
    logger: Logger = .none,
    observe: @escaping KubernetesClient.Observer = { _, _, _ in }
  ) async throws(KubernetesError) -> KubernetesClient {
    if let existing { return try await existing.client(logger: logger, observe: observe) }
    let tls = token == nil ? tls(identities?.admin) : tls()
    return KubernetesClient(
      transport: wrap(CurlTransport(CurlTransport.Options(tls: tls, proxy: .none))),
      server: server,
      credentials: token.map { StaticToken($0.rawValue) } ?? NoCredentials(),
      logger: logger,
      observe: observe
    )
  }
}
