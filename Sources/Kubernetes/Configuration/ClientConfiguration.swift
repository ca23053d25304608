public import Foundations
public import HTTPTransport

/// The address of an API server, and the credentials for it.
///
///     let configuration = try await ClientConfiguration.load(kubeconfig: nil, context: nil)
///     let client = configuration.client(logger: logger)
public struct ClientConfiguration: Sendable {
  /// `https://host:port`, with a path if the server is behind one (Rancher); without a slash at the end.
  public var server: String
  /// The namespace of the context or of the pod; `default` if neither sets one.
  public var namespace: String
  /// For messages: the context's name and files, or "in-cluster".
  public var origin: String
  public var credentials: any CredentialProvider
  public var proxy: CurlTransport.Options.Proxy
  /// The current certificates, read again every minute and after an exec plugin provided new ones.
  public var tls: TLSProvider

  /// - Parameters:
  ///   - kubeconfig: a path, as from `--kubeconfig`, which must exist. Nil or empty: the list in `KUBECONFIG`, else the
  ///     pod's service account, else `~/.kube/config`.
  ///   - context: nil or empty: `current-context`.
  ///   - environment: also inherited by exec plugins. Nil: the process's own.
  /// - Throws: `.configuration`, naming file, entry and field.
  public static func load(
    kubeconfig: String? = nil,
    context: String? = nil,
    environment: [String: String]? = nil,
    time: any TimeSource = SystemTimeSource(),
    logger: Logger = .none
  ) async throws(KubernetesError) -> ClientConfiguration {
    let surroundings = Surroundings(environment: environment ?? Surroundings.process, time: time, logger: logger)
    return try await BlockingThread.run { () throws(KubernetesError) in
      try find(kubeconfig, context, surroundings)
    }
  }

  /// Inputs for reading a configuration.
  struct Surroundings: Sendable {
    var environment: [String: String]
    var time: any TimeSource
    var logger: Logger
    var serviceAccountFolder = "/var/run/secrets/kubernetes.io/serviceaccount"
  }

  static func find(
    _ explicit: String?,
    _ context: String?,
    _ surroundings: Surroundings
  ) throws(KubernetesError) -> ClientConfiguration {
    if let explicit, !explicit.isEmpty {
      return try from(Kubeconfig.load(files: [explicit], mayBeMissing: false), context: context, surroundings)
    }
    let list = (surroundings.environment["KUBECONFIG"] ?? "").split(separator: ":").map(String.init)
    if !list.isEmpty {
      let merged = try Kubeconfig.load(files: list, mayBeMissing: true)
      guard !merged.files.isEmpty else {
        throw KubernetesError(.configuration, "KUBECONFIG names no file that exists: \(list.joined(separator: ", "))")
      }
      return try from(merged, context: context, surroundings)
    }
    if let pod = InCluster(environment: surroundings.environment, folder: surroundings.serviceAccountFolder) {
      return try from(pod, surroundings)
    }
    let home = surroundings.environment["HOME"].map { "\($0)/.kube/config" }
    guard let home, ConfigurationFile.exists(home) else {
      throw KubernetesError(
        .configuration,
        "no kubeconfig: give --kubeconfig or KUBECONFIG, or put one at \(home ?? "~/.kube/config"); "
          + "and this is no pod with a service account (KUBERNETES_SERVICE_HOST, KUBERNETES_SERVICE_PORT and its token)"
      )
    }
    return try from(Kubeconfig.load(files: [home], mayBeMissing: false), context: context, surroundings)
  }

  private static func from(
    _ pod: InCluster,
    _ surroundings: Surroundings
  ) throws(KubernetesError) -> ClientConfiguration {
    let folder = pod.folder
    let own = try? ConfigurationFile.read("\(folder)/namespace")
    let namespace = own.map { String(decoding: $0, as: UTF8.self).filter { !$0.isWhitespace } } ?? ""
    let tls = try TLSProvider(time: surroundings.time, logger: surroundings.logger) { () throws(KubernetesError) in
      TLSConfiguration(certificateAuthorities: try pod.certificateAuthority())
    }
    return ClientConfiguration(
      server: pod.server,
      namespace: namespace.isEmpty ? "default" : namespace,
      origin: "in-cluster",
      credentials: TokenFile(path: "\(folder)/token", time: surroundings.time, logger: surroundings.logger),
      // The API server is inside the cluster, and a proxy in the environment is for outside.
      proxy: .none,
      tls: tls
    )
  }
}
