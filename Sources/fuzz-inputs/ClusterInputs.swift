import CloudLinkerAPI
import FoundationEssentials
import YAML

@testable import Kubernetes

/// Bytes from the API server and from a user's files.
extension FuzzTarget {
  static let kubeconfig = FuzzTarget(
    name: "kubeconfig",
    seeds: [
      """
      apiVersion: v1
      kind: Config
      current-context: a
      clusters:
      - name: c
        cluster: {server: "https://[::1]:6443/p", certificate-authority-data: LS0tLS1CRUdJTiA=, proxy-url: "http://p:1"}
      - &anchor {name: d, cluster: {server: http://h, insecure-skip-tls-verify: yes, tls-server-name: x}}
      contexts: [{name: a, context: {cluster: c, user: u, namespace: n}}, *anchor]
      users:
      - name: u
        user:
          token: |
            t
          exec: {apiVersion: client.authentication.k8s.io/v1, command: x, args: [a], env: [{name: A, value: "1"}]}
      """, "--- !!map\n? a\n: !!binary aGk=\n...\n%YAML 1.1\n---\n- 0x1f\n- 1e3\n- .inf\n- ~\n- !!int '7'\n- >-\n  x\n",
    ].map(\.bytes)
  ) { input in
    if let document = try? Kubeconfig.Document(parsing: input, file: "/f") {
      for named in document.clusters ?? [] {
        let content = named.content ?? Kubeconfig.Cluster()
        let entry = Kubeconfig.Entry(name: named.name ?? "", content: content, file: "/f")
        let reader = ClusterReader(fields: KubeconfigFields(entry: entry, kind: "cluster"))
        _ = try? reader.server()
        _ = try? reader.proxy()
        _ = try? reader.authority()
      }
    }
    // A value that was read can be written, and reads back the same.
    guard let trees = try? YAML.parse(input), let text = try? YAML.write(trees) else { return }
    guard let again = try? YAML.parse(text.bytes) else { fatalError("what was written cannot be read:\n\(text)") }
    require((try? YAML.write(again)) == text, "written twice, it differs:\n\(text)")
  }

  static let objects = FuzzTarget(name: "objects", seeds: samples) { input in
    let decoder = JSONDecoder()
    if let object = try? decoder.decode(VPNConnection.self, from: Data(input)) { check(object.validate()) }
    if let object = try? decoder.decode(PortForward.self, from: Data(input)) { check(object.validate()) }
  }

  private static func check(_ errors: [FieldError]) {
    for error in errors {
      require(!error.description.unicodeScalars.contains { $0 == "\n" || $0 == "\0" }, "more than a line: \(error)")
      require(error.description.count < 1000, "a message of \(error.description.count) characters")
    }
  }

  static let watch = FuzzTarget(
    name: "watch",
    seeds: [
      "\u{5}" + samples.map { #"{"type":"ADDED","object":\#(String(decoding: $0, as: UTF8.self))}"# + "\n" }.joined(),
      "\u{20}" + #"{"type":"BOOKMARK","object":{"metadata":{"resourceVersion":"1","annotations":{"k8s.io/initial-"#
        + "events-end\":\"true\"}}}}\n" + #"{"type":"ERROR","object":{"kind":"Status","code":410}}"# + "\n",
    ].map(\.bytes)
  ) { input in
    // The first byte says how the rest is cut into chunks, which must not make a difference.
    let size = max(1, Int(input.first ?? 1))
    let stream = Array(input.dropFirst())
    let chunks = stride(from: 0, to: stream.count, by: size).map { Array(stream[$0..<min($0 + size, stream.count)]) }
    require(decode(chunks) == decode([stream]), "the events depend on how the bytes were cut")
  }

  /// One word for each event; the last is the error that ended the stream.
  private static func decode(_ chunks: [[UInt8]]) -> [String] {
    var lines = WatchLines(longest: 1 << 20)
    var words: [String] = []
    for chunk in chunks {
      guard let whole = try? lines.take(chunk) else { return words + ["too long"] }
      for line in whole {
        guard let event = try? WatchDecoding<VPNConnection>.decode(line, what: "watch") else {
          words.append("none")
          continue
        }
        words.append("\(event)")
      }
    }
    return words
  }

  static let samples = [
    """
    {"apiVersion":"cloudlinker.dev/v1alpha1","kind":"VPNConnection","metadata":{"name":"office","namespace":"default",
    "uid":"u","resourceVersion":"1","generation":2,"creationTimestamp":"2026-01-01T00:00:00Z","labels":{"a":"b"}},
    "spec":{"type":"IPsec","ipsec":{"authentication":{"method":"EAP-MSCHAPv2","credentialsSecretRef":{"name":"office"}},
    "caSecretRef":{"name":"office"}},"tunnels":[{"name":"a","server":"18.188.145.101","port":500,"zone":"z"},
    {"name":"b","server":"vpn2.example.com"}],"remoteNetworks":["192.168.100.0/24"],"service":{"name":"vpn"}},
    "status":{"observedGeneration":2,"conditions":[]}}
    """,
    """
    {"apiVersion":"cloudlinker.dev/v1alpha1","kind":"VPNConnection","metadata":{"name":"o"},"spec":{"type":"OpenVPN",
    "openVPN":{"caSecretRef":{"name":"o"},"clientCertificateSecretRef":{"name":"o"}},
    "tunnels":[{"name":"a","server":"10.200.0.101"}],"remoteNetworks":["192.168.100.0/24"]}}
    """,
    """
    {"apiVersion":"cloudlinker.dev/v1alpha1","kind":"PortForward","metadata":{"name":"h","namespace":"d"},"spec":
    {"vpnConnectionRef":{"name":"office"},"ports":[{"name":"http","port":33000,"protocol":"TCP","target":
    {"host":"192.168.100.30","port":8080}},{"name":"dns","port":53,"target":{"host":"ns.corp","port":53,
    "dns":"192.168.100.2"}}]}}
    """,
  ].map { $0.replacing("\n", with: "").bytes }
}
