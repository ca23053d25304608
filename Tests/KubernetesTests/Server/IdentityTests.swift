import FoundationEssentials
import Foundations
import HTTPTransport
import Kubernetes
import KubernetesTesting
import Testing

@Suite(.enabled(if: TestControlPlane.isControllable, "needs KUBEBUILDER_ASSETS"), .timeLimit(.minutes(10)))
struct IdentityTests {
  @Test func rightsAreThoseOfTheToken() async throws {
    let server = try await RealServer.ready()
    let nobody = try await server.plane.client(token: .nobody)
    #expect(
      await errorKind { () async throws(KubernetesError) in
        _ = try await nobody.get(Secret.self, server.key("s"))
      } == .forbidden
    )
    let admin = try await server.plane.client(token: .admin)
    _ = try await admin.create(server.widget("a"))
  }

  @Test func aKubeconfigsCertificateIsGoodForEverything() async throws {
    let server = try await RealServer.ready()
    let path = try server.plane.kubeconfig()
    let configuration = try await ClientConfiguration.load(environment: ["KUBECONFIG": path])
    let client = try await configuration.client()
    _ = try await client.create(server.widget("a"))
    #expect(try await server.client.get(Widget.self, server.key("a")).metadata.uid != nil)
  }

  @Test func aServerOfAnotherAuthorityIsNotTalkedTo() async throws {
    let server = try await RealServer.ready()
    let client = KubernetesClient(
      transport: CurlTransport(CurlTransport.Options(proxy: .none)),
      server: server.plane.server
    )
    #expect(
      await errorKind { () async throws(KubernetesError) in
        _ = try await client.get(Secret.self, server.key("s"))
      } == .transport
    )
  }
}
