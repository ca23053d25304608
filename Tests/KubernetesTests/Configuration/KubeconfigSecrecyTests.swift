import TestSupport
import Testing

@testable import Kubernetes

@Suite struct KubeconfigSecrecyTests {
  /// Kubeconfigs with a place for a secret, in single quotes.
  static let templates = [
    "§", "users: '§'", "users: ['§']", "users: [{name: u, user: '§'}]", "users: [{name: u, user: {token: ['§']}}]",
    "users: [{name: u, user: {token: '§'}}]", "users: [{name: u, user: {username: 'a:b', password: '§'}}]",
    "users: [{name: u, user: {username: u, password: {a: '§'}}}]", "users: [{name: u, user: {client-key-data: '§'}}]",
    "users: [{name: u, user: {client-certificate-data: '§', client-key-data: '§'}}]",
    "users: [{name: u, user: {exec: {apiVersion: v, command: c, env: [{name: TOKEN, value: ['§']}]}}}]",
    "users: [{name: u, user: {auth-provider: {name: x, config: {token: '§'}}}}]",
    "users: [{name: u, user: {token: \"§}}]", "users: [{name: u, user: {token: '§'}",
  ]

  /// The operator's log is read by more people than its kubeconfig.
  @Test(arguments: templates) func aKubeconfigIsRefusedWithoutItsSecrets(template: String) async throws {
    let folder = try TemporaryFolder()
    for secret in SecretShapes.samples {
      let quoted = secret.replacing("'", with: "''")
      let path = try folder.write(
        "config",
        """
        current-context: main
        contexts: [{name: main, context: {cluster: c, user: u}}]
        clusters: [{name: c, cluster: {server: "https://a:6443"}}]
        \(template.replacing("§", with: quoted))

        """
      )
      do throws(KubernetesError) {
        _ = try await ClientConfiguration.load(kubeconfig: path, context: nil, environment: [:])
      } catch {
        let leak = SecretShapes.leak(of: secret, in: "\(error)")
        #expect(leak == nil, "\(leak ?? "") stands in: \(error)")
      }
    }
  }
}
