internal import FoundationEssentials
internal import Foundations
internal import Glibc
internal import HTTPTransport

extension TestControlPlane {
  func startEtcd() throws(TestControlPlaneError) {
    let address = "http://127.0.0.1:\(ports.etcd)"
    let process = try TestProcess(
      "etcd",
      log: "\(folder)/etcd.log",
      [try binary("etcd"), "--data-dir=\(folder)/etcd", "--unsafe-no-fsync"]
        + ["--listen-client-urls=\(address)", "--advertise-client-urls=\(address)"]
        + ["--listen-peer-urls=http://127.0.0.1:0", "--log-level=error"]
    )
    processes.withLock { $0.etcd = process }
  }

  /// Starts the API server if it does not run, and waits until it is ready.
  public func startAPIServer() async throws(TestControlPlaneError) {
    try requireControl()
    if processes.withLock({ $0.apiServer == nil }) {
      let process = try TestProcess("kube-apiserver", log: "\(folder)/kube-apiserver.log", try apiServerArguments())
      processes.withLock { $0.apiServer = process }
    }
    try await waitUntilReady()
  }

  private func apiServerArguments() throws(TestControlPlaneError) -> [String] {
    [
      try binary("kube-apiserver"),
      "--etcd-servers=http://127.0.0.1:\(ports.etcd)",
      // Versions are only forgotten when a test says so.
      "--etcd-compaction-interval=0",
      "--bind-address=127.0.0.1", "--advertise-address=127.0.0.1", "--secure-port=\(ports.api)",
      "--tls-cert-file=\(folder)/server.crt", "--tls-private-key-file=\(folder)/server.key",
      "--client-ca-file=\(folder)/ca.crt", "--token-auth-file=\(folder)/tokens.csv", "--authorization-mode=RBAC",
      "--service-account-issuer=https://kubernetes.default.svc",
      "--service-account-key-file=\(folder)/service-account.key",
      "--service-account-signing-key-file=\(folder)/service-account.key",
      "--service-cluster-ip-range=10.0.0.0/24", "--allow-privileged=true",
      "--disable-admission-plugins=ServiceAccount", "--cert-dir=\(folder)",
    ]
  }

  /// Kills the API server; etcd keeps what it knew.
  public func stopAPIServer() throws(TestControlPlaneError) {
    try requireControl()
    let process = processes.withLock { processes in
      defer { processes.apiServer = nil }
      return processes.apiServer
    }
    process?.stop()
  }

  public func restartAPIServer() async throws(TestControlPlaneError) {
    try stopAPIServer()
    try await startAPIServer()
  }

  /// Freezes the API server: connections stay open, and nothing comes.
  public func pauseAPIServer() throws(TestControlPlaneError) {
    try requireControl()
    processes.withLock { $0.apiServer }?.signal(SIGSTOP)
  }

  public func resumeAPIServer() throws(TestControlPlaneError) {
    try requireControl()
    processes.withLock { $0.apiServer }?.signal(SIGCONT)
  }

  /// Makes etcd forget every version but the present: lists that continue from an older one get 410. Watches are served
  /// from the API server's memory; see `expireOldVersions`.
  public func compact() async throws(TestControlPlaneError) {
    try requireControl()
    struct Status: Decodable {
      struct Header: Decodable { var revision: String }
      var header: Header
    }
    let status = try await etcd("maintenance/status", "{}")
    guard let revision = (try? JSONDecoder().decode(Status.self, from: Data(status)))?.header.revision else {
      throw TestControlPlaneError("etcd did not tell its revision")
    }
    _ = try await etcd("kv/compaction", #"{"revision":"\#(revision)","physical":true}"#)
  }

  /// Makes every older version useless, to watches too: compacts etcd, and restarts the API server, whose memory of
  /// events begins anew.
  public func expireOldVersions() async throws(TestControlPlaneError) {
    try stopAPIServer()
    try await compact()
    try await startAPIServer()
  }

  /// Puts an empty etcd in the place of the one that runs, as if the cluster were restored from a very early backup: all
  /// objects are gone, and the API server, which is restarted, counts versions from the beginning.
  public func eraseEtcd() async throws(TestControlPlaneError) {
    try stopAPIServer()
    let etcd = processes.withLock { processes in
      defer { processes.etcd = nil }
      return processes.etcd
    }
    etcd?.stop()
    do {
      try FileManager.default.removeItem(atPath: "\(folder)/etcd")
    } catch { throw TestControlPlaneError("\(folder)/etcd cannot be removed") }
    try startEtcd()
    try await startAPIServer()
  }

  /// The last lines of the API server's log.
  public func apiServerLog(lines: Int = 20) -> String {
    log("kube-apiserver", lines: lines)
  }

  func log(_ process: String, lines: Int = 20) -> String {
    let log = FileManager.default.contents(atPath: "\(folder)/\(process).log").map {
      String(decoding: $0, as: UTF8.self)
    }
    return (log ?? "").split(separator: "\n").suffix(lines).joined(separator: "\n")
  }

  func binary(_ name: String) throws(TestControlPlaneError) -> String {
    let path = "\(Self.assets ?? "")/\(name)"
    guard access(path, X_OK) == 0 else { throw TestControlPlaneError("KUBEBUILDER_ASSETS has no program \(name)") }
    return path
  }

  private func requireControl() throws(TestControlPlaneError) {
    guard existing == nil else { throw TestControlPlaneError("an existing cluster's servers are not controlled") }
  }

  private func etcd(_ path: String, _ body: String) async throws(TestControlPlaneError) -> [UInt8] {
    let url = "http://127.0.0.1:\(ports.etcd)/v3/\(path)"
    let request = HTTPRequest(method: "POST", url: url, body: Array(body.utf8))
    let response: HTTPResponse
    do {
      response = try await CurlTransport(.init(proxy: .none)).send(request)
    } catch { throw TestControlPlaneError("etcd: \(error)") }
    guard response.status == 200 else {
      throw TestControlPlaneError("etcd: \(path): \(String(decoding: response.body, as: UTF8.self))")
    }
    return response.body
  }

  private func waitUntilReady() async throws(TestControlPlaneError) {
    guard await isReady(server, \.apiServer) else {
      throw TestControlPlaneError("kube-apiserver is not ready:\n\(apiServerLog())")
    }
  }

  /// Whether `url` said so within 90 s; false at once when its process has ended.
  func isReady(_ url: String, _ process: any KeyPath<Processes, TestProcess?> & Sendable) async -> Bool {
    let transport = CurlTransport(.init(tls: tls(), proxy: .none))
    var request = HTTPRequest(url: "\(url)/readyz", headers: ["Authorization": "Bearer \(Token.admin.rawValue)"])
    request.timeouts = HTTPTimeouts(connect: .seconds(2), total: .seconds(5))
    let deadline = ContinuousClock.now.advanced(by: .seconds(90))
    while ContinuousClock.now < deadline {
      if let response = try? await transport.send(request), response.status == 200 { return true }
      guard processes.withLock({ $0[keyPath: process] })?.isAlive == true else { return false }
      guard (try? await Task.sleep(for: .milliseconds(100))) != nil else { return false }
    }
    return false
  }
}
