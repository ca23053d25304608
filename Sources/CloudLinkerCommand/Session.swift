internal import Foundations
internal import Kubernetes

/// The context of a running command: the API, the clock, and where progress goes.
struct Session: Sendable {
  var api: any KubernetesAPI
  var server: any ClusterReading
  var invocation: Invocation
  /// The namespace that the command line or the kubeconfig's context names.
  var namespace: String
  var time: any TimeSource
  /// Prints a line for a person who waits, on standard error.
  var progress: @Sendable (String) -> Void

  /// Nil: every namespace.
  var scope: String? { invocation.allNamespaces ? nil : namespace }

  /// Every object of a kind, page by page. One that cannot be decoded is left out and named on standard error.
  func list<Object: Resource>(
    _ type: Object.Type,
    in namespace: String?,
    labels: String? = nil
  ) async throws(KubernetesError) -> [Object] {
    var items: [Object] = []
    var token: String?
    repeat {
      let page = try await api.list(
        type,
        Scope(namespace: namespace, labelSelector: labels),
        resourceVersion: nil,
        limit: 500,
        continueToken: token
      )
      items += page.items
      for bad in page.undecodable {
        progress("\(Object.resourceType.kind) \(bad.key) is not understood: \(bad.reason)")
      }
      token = page.continueToken
    } while token != nil
    return items.sorted { $0.key < $1.key }
  }

  /// The object that the first argument names: `vpnc/office`.
  func subject() throws(CommandLineError) -> (type: any EnvironmentObject.Type, key: ObjectKey) {
    let word = invocation.subjects[0]
    let parts = word.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count == 2, !parts[1].isEmpty else {
      throw CommandLineError("\(word) is no KIND/NAME; say, for example, vpnc/office")
    }
    guard let type = EnvironmentKinds.named(String(parts[0])) else {
      let known = EnvironmentKinds.all.map { "\($0.kind) (\($0.shortName))" }.commas
      throw CommandLineError("there is no kind \(parts[0]); there are: \(known)")
    }
    return (type, ObjectKey(namespace: namespace, name: String(parts[1])))
  }
}
