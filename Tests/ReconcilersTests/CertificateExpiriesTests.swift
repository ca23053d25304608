import Foundations
import Kubernetes
import KubernetesTesting
import TestSupport
import Testing

@testable import ControllerRuntime
@testable import Reconcilers

@Suite struct CertificateExpiriesTests {
  private let registry = MetricsRegistry()
  private let server = MemoryServer()
  private let secrets = Store<PartialMetadata<Secret>>()
  private let user = ObjectKey(namespace: "production", name: "office")

  private func put(_ data: [String: String]) {
    let secret = Secret(metadata: ObjectMeta(name: "office-vpn", namespace: "production"), type: "Opaque", data: data)
    _ = secrets.put(PartialMetadata(metadata: server.put(secret).metadata))
  }

  private func certificate(days: Int) -> String {
    let script =
      "openssl req -x509 -newkey rsa:2048 -nodes -keyout /dev/null -subj /CN=CA -days \(days) 2>/dev/null | base64 -w0"
    return Shell.run(script).output
  }

  private func series(_ key: String) -> Double? {
    // The series are made when somebody scrapes.
    _ = registry.exposition()
    let labels: KeyValuePairs = ["environment": "production", "secret": "office-vpn", "key": key]
    return registry.value(CertificateExpiries.metric, labels)
  }

  @Test func aSecretInUseHasASeriesForEachKeyWithACertificate() async throws {
    let reader = SecretReader(client: server, metadata: secrets, certificates: CertificateExpiries(registry))
    put(["ca.crt": certificate(days: 30), "password": "cGE1NQ=="])
    _ = try await reader.read(["office-vpn"], for: user)
    let first = try #require(series("ca.crt"))
    let days = (first - Double(Timestamp.now().seconds)) / 86_400
    #expect((29...30.1).contains(days))
    #expect(series("password") == nil)
    #expect(!registry.exposition().contains("pa55"))
  }

  @Test func aNewCertificateCountsWhenItIsReadAndNoneWhenNobodyUsesTheSecret() async throws {
    let reader = SecretReader(client: server, metadata: secrets, certificates: CertificateExpiries(registry))
    put(["ca.crt": certificate(days: 30)])
    _ = try await reader.read(["office-vpn"], for: user)
    let first = try #require(series("ca.crt"))
    put(["ca.crt": certificate(days: 60)])
    _ = try await reader.read(["office-vpn"], for: user)
    #expect(try #require(series("ca.crt")) > first)
    await reader.forget(user)
    #expect(series("ca.crt") == nil)
  }

  @Test func aSecretThatIsDeletedHasNoSeries() async throws {
    let reader = SecretReader(client: server, metadata: secrets, certificates: CertificateExpiries(registry))
    put(["ca.crt": certificate(days: 30)])
    _ = try await reader.read(["office-vpn"], for: user)
    _ = secrets.remove(ObjectKey(namespace: "production", name: "office-vpn"))
    _ = try await reader.read(["office-vpn"], for: user)
    #expect(series("ca.crt") == nil)
  }
}
