internal import FoundationEssentials
internal import Foundations
internal import HTTPTransport

/// Reads the server's address and certificates from a kubeconfig's cluster.
struct ClusterReader: Sendable {
  typealias PEM = KubeconfigFields<Kubeconfig.Cluster>.PEM
  let fields: KubeconfigFields<Kubeconfig.Cluster>
  private var cluster: Kubeconfig.Cluster { fields.entry.content }

  func server() throws(KubernetesError) -> String {
    guard var server = cluster.server, !server.isEmpty else { throw fields.problem("server", "is missing") }
    while server.hasSuffix("/") { server.removeLast() }
    guard let target = HTTPTarget(server), target.query == nil else {
      throw fields.problem("server", "is no URL like https://host:port")
    }
    return server
  }

  func proxy() throws(KubernetesError) -> CurlTransport.Options.Proxy {
    guard let proxy = cluster.proxyURL, !proxy.isEmpty else { return .environment }
    guard ["http://", "https://", "socks5://", "socks5h://"].contains(where: proxy.hasPrefix) else {
      throw fields.problem("proxy-url", "does not begin with http://, https:// or socks5://")
    }
    return .url(proxy)
  }

  func authority() throws(KubernetesError) -> PEM? {
    let authority = try fields.pem(
      "certificate-authority",
      path: cluster.certificateAuthority,
      data: cluster.certificateAuthorityData
    )
    if authority != nil, cluster.insecureSkipTLSVerify == true {
      throw fields.problem("insecure-skip-tls-verify", "contradicts certificate-authority: give one of them")
    }
    return authority
  }

  /// Information about the cluster for an exec plugin (ExecCredential's `spec.cluster`).
  func information(server: String) throws(KubernetesError) -> JSONValue {
    var information: [String: JSONValue] = ["server": .string(server)]
    if let name = cluster.tlsServerName, !name.isEmpty { information["tls-server-name"] = .string(name) }
    if cluster.insecureSkipTLSVerify == true { information["insecure-skip-tls-verify"] = true }
    if let proxy = cluster.proxyURL, !proxy.isEmpty { information["proxy-url"] = .string(proxy) }
    if let pem = try fields.read(try authority()) {
      information["certificate-authority-data"] = .string(Data(pem).base64EncodedString())
    }
    information["config"] = cluster.extensions?.first { $0.name == "client.authentication.k8s.io/exec" }?.extension
    return .object(information)
  }
}
