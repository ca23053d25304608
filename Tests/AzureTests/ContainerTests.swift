import Azure
import Cloud
import FoundationEssentials
import Foundations
import HTTPTransport
import HTTPTransportTesting
import Testing

@Suite struct ContainerTests {
  private let id = group.resource("Microsoft.ContainerService", "managedClusters", "c")

  @Test func whatIsWrittenIsWhatWasReadWithoutWhatOnlyAzureWrites() {
    let cluster = ManagedCluster(json: [
      "id": "i", "name": "c", "type": "t", "eTag": "e", "location": "westeurope", "tags": ["a": "b"],
      "identity": [
        "type": "UserAssigned", "principalId": "p", "tenantId": "t",
        "userAssignedIdentities": ["/id": ["principalId": "p", "clientId": "c"]],
      ],
      "properties": [
        "provisioningState": "Succeeded", "currentKubernetesVersion": "1.34.2", "privateFQDN": "x", "unknown": 1,
        "agentPoolProfiles": [["name": "p", "eTag": "e", "provisioningState": "Succeeded", "count": 3]],
      ],
    ])
    #expect(
      cluster.writable == [
        "location": "westeurope", "tags": ["a": "b"],
        "identity": ["type": "UserAssigned", "userAssignedIdentities": ["/id": [:]]],
        "properties": ["unknown": 1, "agentPoolProfiles": [["name": "p", "count": 3]]],
      ]
    )
    #expect(cluster.etag == "e" && cluster.agentPools.first?.size == 3 && cluster.agentPools.first?.etag == "e")
  }

  @Test func theAuthorityIsTakenFromAKubeconfig() async throws {
    let text = "apiVersion: v1\nclusters:\n- cluster:\n    certificate-authority-data: Q0E=\n    server: https://x\n"
    let encoded = Data(text.utf8).base64EncodedString()
    let server = Server { request in
      request.method == "POST" ? .json(#"{"kubeconfigs":[{"name":"clusterUser","value":"\#(encoded)"}]}"#) : .json("{}")
    }
    #expect(try await client(server.transport).certificateAuthority(of: id) == "Q0E=")
    #expect(
      server.requests.map(\.url) == [
        "https://management.azure.com\(id)/listClusterUserCredential?api-version=2026-08-01&format=exec"
      ]
    )
  }

  @Test(arguments: [
    ("OperationNotAllowed", "there's an in progress upgrading managed cluster operation", CloudError.Kind.conflict),
    ("OperationNotAllowed", "exceeding approved Total Regional Cores quota", .quota),
    ("OperationNotAllowed", "Upgrading Kubernetes version 1.33 to 1.35 is not allowed", .invalid),
    ("PrincipalNotFound", "does not exist in the directory", .conflict),
    ("RoleAssignmentExists", "already exists", .alreadyExists),
  ])
  func refusalsOfContainersAreReported(_ code: String, _ message: String, _ kind: CloudError.Kind) async throws {
    let server = Server { _ in .json(#"{"error":{"code":"\#(code)","message":"\#(message)"}}"#, status: 409) }
    let azure = try client(server.transport)
    let error = await failure { () async throws(CloudError) in try await azure.managedCluster(id) }
    #expect(error?.kind == kind)
  }
}
