internal import FoundationEssentials
internal import HTTPTransport

extension ClientConfiguration {
  /// The configuration of one context of a kubeconfig.
  static func from(
    _ kubeconfig: Kubeconfig,
    context name: String?,
    _ surroundings: Surroundings
  ) throws(KubernetesError) -> ClientConfiguration {
    let files = kubeconfig.files.joined(separator: ":")
    let wanted = name.flatMap { $0.isEmpty ? nil : $0 } ?? kubeconfig.currentContext ?? ""
    guard !wanted.isEmpty else {
      throw KubernetesError(.configuration, "kubeconfig \(files): current-context is not set, and no context was named")
    }
    guard let context = kubeconfig.contexts[wanted] else {
      let known = kubeconfig.contexts.keys.sorted().joined(separator: ", ")
      throw KubernetesError(
        .configuration,
        "kubeconfig \(files): there is no context \"\(wanted)\"; there is: \(known.isEmpty ? "none" : known)"
      )
    }
    let fields = KubeconfigFields(entry: context, kind: "context")
    try fields.check()
    guard let clusterName = context.content.cluster, let cluster = kubeconfig.clusters[clusterName] else {
      throw fields.problem("cluster", "names \"\(context.content.cluster ?? "")\", which is not among the clusters")
    }
    var user = Kubeconfig.Entry(name: "", content: Kubeconfig.User(), file: context.file)
    if let userName = context.content.user, !userName.isEmpty {
      guard let known = kubeconfig.users[userName] else {
        throw fields.problem("user", "names \"\(userName)\", which is not among the users")
      }
      user = known
    }
    return try from(cluster, user, namespace: context.content.namespace, origin: "\(wanted) of \(files)", surroundings)
  }

  private static func from(
    _ cluster: Kubeconfig.Entry<Kubeconfig.Cluster>,
    _ user: Kubeconfig.Entry<Kubeconfig.User>,
    namespace: String?,
    origin: String,
    _ surroundings: Surroundings
  ) throws(KubernetesError) -> ClientConfiguration {
    let clusterReader = ClusterReader(fields: KubeconfigFields(entry: cluster, kind: "cluster"))
    let userReader = UserReader(fields: KubeconfigFields(entry: user, kind: "user"), surroundings: surroundings)
    try clusterReader.fields.check()
    try userReader.fields.check()
    let server = try clusterReader.server()
    let proxy = try clusterReader.proxy()
    let authority = try clusterReader.authority()
    let certificate = try userReader.certificate()
    let plugin = try userReader.plugin(cluster: clusterReader, server: server)
    let verifies = cluster.content.insecureSkipTLSVerify != true
    let serverName = cluster.content.tlsServerName.flatMap { $0.isEmpty ? nil : $0 }
    let tls = try TLSProvider(
      time: surroundings.time,
      logger: surroundings.logger,
      plugin: plugin
    ) { () throws(KubernetesError) in
      TLSConfiguration(
        certificateAuthorities: try clusterReader.fields.read(authority),
        clientCertificate: try userReader.fields.read(certificate?.certificate),
        clientKey: try userReader.fields.read(certificate?.key),
        serverName: serverName,
        verifiesServer: verifies
      )
    }
    return ClientConfiguration(
      server: server,
      namespace: namespace.flatMap { $0.isEmpty ? nil : $0 } ?? "default",
      origin: origin,
      credentials: try userReader.credentials(plugin: plugin),
      proxy: proxy,
      tls: tls
    )
  }
}

extension ClientConfiguration.Surroundings {
  static var process: [String: String] { ProcessInfo.processInfo.environment }
}
