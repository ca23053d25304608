internal import ControllerRuntime
internal import Foundations
internal import Kubernetes

/// usage: example-operator [PORT]
///
/// For every ConfigMap NAME with the label `example.com/digest` it keeps a ConfigMap NAME-digest that holds the SHA-256
/// of its data, so that a pod can tell whether what it has read is still current. `docs/controller-runtime.md` explains
/// it line by line.
@main struct Main {
  static func main() async {
    var options = OperatorOptions()
    options.port = CommandLine.arguments.dropFirst().first.flatMap { UInt16($0) } ?? 8080
    await Operator.main("example-operator", options: options) { app in
      let sources = app.informers.informer(
        ConfigMap.self,
        scope: Scope(namespace: app.namespace, labelSelector: "example.com/digest")
      )
      let digests = app.informers.informer(
        ConfigMap.self,
        scope: Scope(namespace: app.namespace, labelSelector: Digest.selector)
      )
      let applier = Applier(client: app.client, fieldManager: app.name, annotation: "example.com/applied-hash")

      let controller = app.controller("digest", concurrency: 4) { key, logger in
        let live = digests.store.get(Digest.key(of: key))
        guard let source = sources.store.get(key), source.metadata.deletionTimestamp == nil else {
          // The label is gone. If the source itself is gone, the garbage collector may be faster.
          guard let live else { return .done }
          try await app.client.delete(ConfigMap.self, live.key, DeleteOptions(uid: live.metadata.uid))
          logger.info("deleted a digest")
          return .done
        }
        let (outcome, digest) = try await applier.apply(Digest.of(source), live: live)
        if outcome != .unchanged {
          logger.info("wrote a digest", ["outcome": .string("\(outcome)")])
          app.events.normal(source, reason: "DigestWritten", action: "Apply", "the digest is in \(digest.key.name)")
        }
        return .requeue(after: .seconds(600), jitter: 0.2)
      }
      controller.watch(primary: sources)
      controller.watch(owned: digests, by: ConfigMap.resourceType)
    }
  }
}
