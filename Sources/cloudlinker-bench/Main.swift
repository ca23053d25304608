internal import CloudLinkerAPI
internal import Foundations
internal import Glibc
internal import Kubernetes
internal import KubernetesTesting

/// The measuring client of `hack/bench`: not part of the product. Prints one number a line, seconds or a rate.
///
///     cloudlinker-bench raw NAMESPACE N                   create N PortForwards, patch the status of each: seconds
///     cloudlinker-bench watched NAMESPACE N               the same with a watch open, until the last status came: seconds
///     cloudlinker-bench ready NAMESPACE CONNECTION N      create N, until all are Ready: seconds
///     cloudlinker-bench fill NAMESPACE CONNECTIONS N      create N over suspended connections c0…, until all have a
///                                                         status: seconds
///     cloudlinker-bench delete NAMESPACE                  delete every PortForward of the namespace, until gone
///     cloudlinker-bench events N                          watch events through client, decoder and cache: a second
///     cloudlinker-bench scale-fill NAMESPACES N           suspended connections and N over namespaces s0…, until all have a
///                                                         status: seconds
///     cloudlinker-bench change NAMESPACE NAME             change a PortForward, waiting for nothing
///     cloudlinker-bench wait NAMESPACE NAME               until its status speaks of its spec
///     cloudlinker-bench beside N NAMESPACE NAME           change it again and again while N are created in namespace busy:
///                                                         the longest wait in seconds, and the number of changes
///     cloudlinker-bench control-plane                     an API server of its own, until standard input ends; prints the
///                                                         path of its kubeconfig
@main
struct Main {
  static func main() async {
    let words = Array(CommandLine.arguments.dropFirst())
    do {
      switch (words.first, words.count) {
      case ("events", 2): print(try await WatchRate.measure(events: try number(words[1])))
      case ("raw", 3): print(try await load(words[1]).raw(count: try number(words[2])))
      case ("watched", 3): print(try await load(words[1]).watched(count: try number(words[2])))
      case ("ready", 4): print(try await load(words[1]).ready(connection: words[2], count: try number(words[3])))
      case ("fill", 4):
        print(try await load(words[1]).fill(connections: try number(words[2]), count: try number(words[3])))
      case ("scale-fill", 3):
        print(try await scale().fill(namespaces: try number(words[1]), forwards: try number(words[2])))
      case ("change", 3): _ = try await scale().change(ObjectKey(namespace: words[1], name: words[2]))
      case ("wait", 3): try await scale().wait(for: ObjectKey(namespace: words[1], name: words[2]))
      case ("beside", 4):
        let (longest, changes) = try await scale().servedBeside(
          try number(words[1]),
          ObjectKey(namespace: words[2], name: words[3])
        )
        print(longest, changes)
      case ("control-plane", 1): try await controlPlane()
      case ("delete", 2): try await load(words[1]).deleteAll()
      default: throw Failure("see hack/bench; not understood: \(words.joined(separator: " "))")
      }
    } catch {
      Logger.standardError("cloudlinker-bench: \(error)\n")
      exit(1)
    }
  }

  private static func controlPlane() async throws {
    let plane = try await TestControlPlane.start()
    print(try plane.kubeconfig())
    fflush(nil)
    while readLine() != nil {}
    withExtendedLifetime(plane) {}
  }

  private static func number(_ word: String) throws(Failure) -> Int {
    guard let number = Int(word), (0...100_000).contains(number) else { throw Failure("not a count: \(word)") }
    return number
  }

  private static func scale() async throws -> Scale { Scale(client: try await ClientConfiguration.load().client()) }

  private static func load(_ namespace: String) async throws -> Load {
    Load(client: try await ClientConfiguration.load().client(), namespace: namespace)
  }
}

struct Failure: Error, CustomStringConvertible {
  var description: String
  init(_ description: String) { self.description = description }
}
