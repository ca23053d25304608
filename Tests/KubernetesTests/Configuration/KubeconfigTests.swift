import Foundations
import HTTPTransport
import Testing

@testable import Kubernetes

@Suite struct KubeconfigTests {
  let folder: TemporaryFolder
  init() throws { folder = try TemporaryFolder() }

  func load(
    _ kubeconfig: String? = nil,
    context: String? = nil,
    _ environment: [String: String] = [:]
  ) async throws(KubernetesError) -> ClientConfiguration {
    try await ClientConfiguration.load(kubeconfig: kubeconfig, context: context, environment: environment)
  }

  func config(cluster: String = "server: https://a:6443", user: String = "token: t", context: String = "") -> String {
    """
    apiVersion: v1
    kind: Config
    current-context: main
    contexts: [{name: main, context: {cluster: c, user: u\(context)}}]
    clusters: [{name: c, cluster: {\(cluster)}}]
    users: [{name: u, user: {\(user)}}]
    """
  }

  @Test func theFirstFileWinsEntryByEntry() async throws {
    let first = try folder.write(
      "1",
      """
      users: [{name: u, user: {token: from-1}}]
      contexts: [{name: x, context: {cluster: c, user: u}}]
      clusters: null
      """
    )
    let second = try folder.write(
      "2",
      """
      current-context: x
      users: [{name: u, user: {username: from-2, password: p}}, {name: v, user: {token: only-2}}]
      clusters: [{name: c, cluster: {server: "https://two:1/"}}]
      contexts: [{name: w, context: {cluster: c, user: v, namespace: team}}]
      """
    )
    let third = try folder.write("3", "current-context: w\nclusters: [{name: c, cluster: {server: 'https://three'}}]")
    let list = ["KUBECONFIG": "\(first):\(folder.path)/missing:\(second):\(third)"]
    let chosen = try await load(nil, list)
    #expect(chosen.server == "https://two:1")
    #expect(chosen.namespace == "default")
    #expect(try await chosen.credentials.headers(fresh: false).map(\.1) == ["Bearer from-1"])
    let other = try await load(context: "w", list)
    #expect(other.namespace == "team")
    #expect(try await other.credentials.headers(fresh: false).map(\.1) == ["Bearer only-2"])
  }

  @Test func entriesThatNobodyUsesMayBeOdd() async throws {
    let file = try folder.write(
      "config",
      """
      current-context: main
      contexts: [{name: main, context: {cluster: c, user: u}}, {context: {cluster: c}}, {name: odd, context: [1]},
        {name: oddUser, context: {cluster: c, user: odd}}, {name: plugin, context: {cluster: c, user: plugin}}, text]
      clusters: [{name: c, cluster: {server: "https://a:6443", extensions: [{extension: {}}]}},
        {name: odd, cluster: {server: [1]}}]
      users:
      - {name: u, user: {token: t}}
      - {user: {token: nameless}}
      - {name: odd, user: {token: [secret]}}
      - name: plugin
        user: {exec: {apiVersion: client.authentication.k8s.io/v1beta1, command: x, env: [{name: A}]}}
      """
    )
    #expect(try await load(file).credentials.headers(fresh: false).map(\.1) == ["Bearer t"])
    #expect(try await load(file, context: "plugin").server == "https://a:6443")
    for (context, words) in [
      ("odd", "context \"odd\": "), ("oddUser", "user \"odd\": users[2].user.token: is not a string"),
    ] {
      let error = await #expect(throws: KubernetesError.self) { try await load(file, context: context) }
      #expect(error?.kind == .configuration && error?.message.contains(words) == true, "\(error?.message ?? "")")
      #expect(error?.message.contains("secret") == false)
    }
  }

  @Test func pathsAreRelativeToTheirFile() async throws {
    try folder.write("pki/ca.crt", pem)
    try folder.write("pki/me.crt", pem)
    try folder.write("pki/me.key", pem + "key")
    try folder.write("token", " from-file\n")
    let file = try folder.write(
      "config",
      config(
        cluster: "server: https://a, certificate-authority: pki/ca.crt, tls-server-name: kubernetes",
        user: "tokenFile: ./token, client-certificate: pki/me.crt, client-key: pki/me.key, token: ignored"
      )
    )
    let configuration = try await load(file)
    let tls = try await configuration.tls.current()
    #expect(tls.certificateAuthorities == Array(pem.utf8))
    #expect(tls.clientKey == Array((pem + "key").utf8))
    #expect(tls.serverName == "kubernetes")
    #expect(tls.verifiesServer)
    #expect(try await configuration.credentials.headers(fresh: false).map(\.1) == ["Bearer from-file"])
  }

  @Test func embeddedDataWinsOverPaths() async throws {
    let cluster = "server: https://a, certificate-authority: /none, certificate-authority-data: \(base64(pem))"
    let user = "client-certificate-data: \(base64(pem)), client-key-data: \(base64(pem))"
    let configuration = try await load(folder.write("config", config(cluster: cluster, user: user)))
    let tls = try await configuration.tls.current()
    #expect(tls.certificateAuthorities == Array(pem.utf8))
    #expect(tls.clientCertificate == Array(pem.utf8))
    #expect(try await configuration.credentials.headers(fresh: false).isEmpty)
  }

  @Test func proxyInsecureAndBasicAreTakenOver() async throws {
    let cluster = "server: https://a, insecure-skip-tls-verify: true, proxy-url: 'socks5://p:1080'"
    let user = "username: me, password: 'p:w'"
    let configuration = try await load(folder.write("config", config(cluster: cluster, user: user)))
    #expect(configuration.proxy == .url("socks5://p:1080"))
    #expect(try await configuration.tls.current().verifiesServer == false)
    #expect(try await configuration.credentials.headers(fresh: false).map(\.1) == ["Basic \(base64("me:p:w"))"])
  }

  @Test func impersonationNamesEveryGroup() async throws {
    let user = "token: t, as: jane, as-groups: [a, b], as-uid: '7', as-user-extra: {example.com/Scope: [view]}"
    let configuration = try await load(folder.write("config", config(user: user)))
    let headers = try await configuration.credentials.headers(fresh: false).map { "\($0.0): \($0.1)" }
    #expect(
      headers == [
        "Authorization: Bearer t", "Impersonate-User: jane", "Impersonate-Group: a", "Impersonate-Group: b",
        "Impersonate-Uid: 7", "Impersonate-Extra-example.com%2FScope: view",
      ]
    )
  }

  @Test func theOrderIsExplicitThenEnvironmentThenPodThenHome() async throws {
    let home = "\(folder.path)/home"
    try folder.write("home/.kube/config", config(cluster: "server: https://home"))
    let listed = try folder.write("listed", config(cluster: "server: https://listed"))
    let explicit = try folder.write("explicit", config(cluster: "server: https://explicit"))
    try folder.write("pod/token", "t")
    try folder.write("pod/ca.crt", pem)
    try folder.write("pod/namespace", "mine\n")
    var surroundings = ClientConfiguration.Surroundings(
      environment: [
        "HOME": home, "KUBECONFIG": listed, "KUBERNETES_SERVICE_HOST": "fd00::1", "KUBERNETES_SERVICE_PORT": "443",
      ],
      time: SystemTimeSource(),
      logger: .none,
      serviceAccountFolder: "\(folder.path)/pod"
    )
    #expect(try ClientConfiguration.find(explicit, nil, surroundings).server == "https://explicit")
    #expect(try ClientConfiguration.find("", "", surroundings).server == "https://listed")
    surroundings.environment["KUBECONFIG"] = ""
    let pod = try ClientConfiguration.find(nil, nil, surroundings)
    #expect(pod.server == "https://[fd00::1]:443")
    #expect(pod.namespace == "mine")
    surroundings.environment["KUBERNETES_SERVICE_HOST"] = nil
    #expect(try ClientConfiguration.find(nil, nil, surroundings).server == "https://home")
    surroundings.environment["HOME"] = "/nonexistent"
    let error = #expect(throws: KubernetesError.self) { try ClientConfiguration.find(nil, nil, surroundings) }
    #expect(error?.message.contains("--kubeconfig") == true)
  }

  static let wrong: [(cluster: String, user: String, context: String, says: [String])] = [
    ("", "token: t", "", ["cluster \"c\"", "server is missing"]),
    ("server: 'host:6443'", "token: t", "", ["cluster \"c\"", "server is no URL"]),
    (
      "server: https://a, certificate-authority: gone.crt", "", "",
      ["certificate-authority", "gone.crt", "No such file"]
    ),
    ("server: https://a, certificate-authority-data: '%%'", "", "", ["certificate-authority-data is not base64"]),
    ("server: https://a, certificate-authority-data: aGVsbG8=", "", "", ["certificate-authority-data is not PEM"]),
    ("server: https://a, insecure-skip-tls-verify: true, certificate-authority: x", "", "", ["contradicts"]),
    ("server: https://a, proxy-url: 'ftp://x'", "", "", ["proxy-url"]),
    ("server: https://a, insecure-skip-tls-verify: maybe", "", "", ["clusters[0].cluster.insecure-skip-tls-verify"]),
    ("server: https://a", "client-certificate: a", "", ["user \"u\"", "client-key is missing"]),
    ("server: https://a", "token: 12345", "", ["users[0].user.token: is not a string"]),
    ("server: https://a", "token: \"a\\nb\"", "", ["user \"u\"", "token contains a line break"]),
    ("server: https://a", "token: t, username: x", "", ["username stands beside"]),
    ("server: https://a", "as-groups: [g]", "", ["as is missing"]),
    ("server: https://a", "auth-provider: {name: gcp}", "", ["auth-provider is not supported"]),
    ("server: https://a", "exec: {command: x}", "", ["exec.apiVersion"]),
    ("server: https://a", "exec: {apiVersion: client.authentication.k8s.io/v1alpha1}", "", ["exec.apiVersion"]),
    ("server: https://a", "exec: {apiVersion: client.authentication.k8s.io/v1}", "", ["exec.command is missing"]),
    (
      "server: https://a", "exec: {apiVersion: client.authentication.k8s.io/v1, command: x}", "",
      ["exec.interactiveMode is missing"]
    ),
    ("server: https://a}}, {name: c, cluster: {server: https://b", "", "", ["two entries of the name \"c\""]),
    ("server: https://a", "token: t", "}}, {name: q, context: {x: 1", []),
  ]

  @Test(arguments: wrong)
  func anErrorNamesFileEntryAndField(cluster: String, user: String, context: String, says: [String]) async throws {
    let file = try folder.write("config", config(cluster: cluster, user: user, context: context))
    guard !says.isEmpty else {
      // Whatever else is in the file, the context that is used must be right, and only that.
      _ = try await load(file)
      return
    }
    let error = await #expect(throws: KubernetesError.self) { try await load(file) }
    #expect(error?.kind == .configuration)
    for words in says + [file] { #expect(error?.message.contains(words) == true, "\(error?.message ?? "")") }
    #expect(error?.message.contains("12345") == false)
  }

  @Test func wrongFilesAndContextsAreNamed() async throws {
    let file = try folder.write("config", config())
    let missing = await #expect(throws: KubernetesError.self) { try await load("/nowhere/config") }
    #expect(missing?.message.contains("/nowhere/config cannot be read: No such file") == true)
    let context = await #expect(throws: KubernetesError.self) { try await load(file, context: "other") }
    #expect(context?.message.contains("no context \"other\"; there is: main") == true)
    let broken = try folder.write("broken", "clusters:\n- name: c\n cluster: {}\n")
    let syntax = await #expect(throws: KubernetesError.self) { try await load(broken) }
    #expect(syntax?.message.contains("broken: line 3, column 2") == true, "\(syntax?.message ?? "")")
    let kind = await #expect(throws: KubernetesError.self) { try await load(folder.write("pod", "kind: Pod")) }
    #expect(kind?.message.contains("kind is \"Pod\"") == true)
    let empty = await #expect(throws: KubernetesError.self) { try await load(folder.write("empty", "")) }
    #expect(empty?.message.contains("current-context is not set") == true)
  }
}
