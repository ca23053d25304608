import CloudLinkerAPI
import CloudNetworks
import FoundationEssentials
import Foundations
import Kubernetes
import KubernetesTesting
import TestSupport
import Testing

@testable import CloudClusters
@testable import Reconcilers

/// What `hack/install` puts beside the repository.
enum InstalledTool {
  static let kubectl: String? = {
    let environment = ProcessInfo.processInfo.environment
    let cache = environment["XDG_CACHE_HOME"] ?? "\(environment["HOME"] ?? "")/.cache"
    let path = "\(cache)/cloudlinker/tools/bin/kubectl"
    return FileManager.default.isExecutableFile(atPath: path) ? path : nil
  }()
}

/// The kubectl of `hack/install` logs in at a real API server with the kubeconfigs of the three clouds. Stand-ins take the
/// place of the programs that get tokens, because those want accounts.
@Suite(
  .enabled(if: TestControlPlane.isControllable, "needs KUBEBUILDER_ASSETS"),
  .enabled(if: InstalledTool.kubectl != nil, "needs the kubectl of hack/install")
)
struct KubeconfigLoginTests {
  private static let desired = DesiredCluster(
    mark: OwnershipMark(namespace: "production", name: "main", uid: "u-1"),
    region: "eu-west-1",
    version: KubernetesMinor(major: 1, minor: 34),
    network: .init(id: "vpc-1", subnets: []),
    pools: []
  )

  static let credentials = [
    AWSClusterPlanner(desired, AWSClusterState(), now: Timestamp(seconds: 0)).credential,
    GoogleCloudClusterPlanner.credential,
    AzureClusterPlanner.credential(tenant: "22222222-2222-2222-2222-222222222222"),
  ]

  /// Writes what it was called with beside itself, and prints the token that lies there.
  private static let standIn = """
    #!/bin/sh
    cd "$(dirname "$0")"
    printf '%s' "$*" >arguments
    printf '%s' "$KUBERNETES_EXEC_INFO" >information
    printf '{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":{"token":"%s"}}' "$(cat token)"
    """

  private static let get = """
    cd "$1" && chmod +x "$2" && printf %s "$3" >token &&
    PATH="$1:$PATH" timeout 60 "$4" --kubeconfig config get --raw /api/v1/namespaces/default
    """

  @Test(arguments: credentials)
  func kubectlLogsInWithTheTokenOfTheProgram(_ credential: ExecCredential) async throws {
    let plane = try await TestControlPlane.shared()
    let folder = "/tmp/cloudlinker-kubeconfig-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    func write(_ file: String, _ text: String) throws {
      try Data(text.utf8).write(to: URL(fileURLWithPath: "\(folder)/\(file)"))
    }
    func read(_ file: String) throws -> String {
      String(decoding: try Data(contentsOf: URL(fileURLWithPath: "\(folder)/\(file)")), as: UTF8.self)
    }
    var report = ClusterReport()
    report.endpoint = plane.server
    report.certificateAuthority = Data(try #require(plane.authority).identity.certificate).base64EncodedString()
    report.credential = credential
    let config = try #require(Kubeconfig(PrivateClusterWorld.cluster(in: "net"), report))
    try write("config", config.text)
    try write(credential.command, Self.standIn)
    let kubectl = try #require(InstalledTool.kubectl)

    let token = TestControlPlane.Token.admin.rawValue
    let admin = Shell.run(Self.get, [folder, credential.command, token, kubectl])
    #expect(admin.exitCode == 0 && admin.output.contains(#""name":"default""#), "\(admin.output)")
    #expect(try read("arguments") == credential.arguments.joined(separator: " "))
    let information = try read("information")
    #expect(information.contains("client.authentication.k8s.io/v1"))
    #expect(information.contains(plane.server) == credential.wantsClusterInfo, "\(information)")

    let nobody = Shell.run(
      Self.get,
      [folder, credential.command, TestControlPlane.Token.nobody.rawValue, kubectl]
    )
    #expect(nobody.exitCode != 0 && nobody.output.contains(#"User "nobody" cannot get"#), "\(nobody.output)")
    #expect(!config.text.contains("token:"))
  }
}
