internal import CloudLinkerAPI
internal import Kubernetes

extension OrphanSearch {
  /// The operator logs networks without a Backbone. It looks for them after its start and then once a day, in accounts
  /// for which a Backbone gives it credentials.
  func addNetworks(to report: inout Report) async throws(KubernetesError) {
    let namespace = session.invocation.operatorNamespace
    let labels = "app.kubernetes.io/name=\(CloudLinker.fieldManager)"
    // The last line about each network tells when it was seen.
    var seen: [Orphan: Substring] = [:]
    var logs = 0
    do throws(KubernetesError) {
      for pod in try await session.list(Pod.self, in: namespace, labels: labels) {
        let log = try await session.server.log(of: pod.key, container: nil, tail: Self.logLines)
        for line in log.split(separator: "\n") {
          guard let orphan = Self.network(line) else { continue }
          seen[orphan] = max(seen[orphan] ?? "", line.prefix(19))
        }
        logs += 1
      }
    } catch {
      return report.unseen.append("networks in clouds: the operator's log has them, and \(error.message)")
    }
    let claimed = Set(try await session.list(Backbone.self, in: session.scope).flatMap(\.marks))
    for (orphan, time) in seen.sorted(by: { $0.key.what < $1.key.what }) {
      let mark = orphan.owner.split(separator: " ").last.map(String.init) ?? ""
      guard session.scope.map({ mark.hasPrefix($0 + "/") }) ?? true, !claimed.contains(mark) else { continue }
      report.orphans.append(Orphan(what: "\(orphan.what), seen \(time)Z", owner: orphan.owner))
    }
    report.unseen.append(
      logs == 0
        ? "networks in clouds: no operator runs in namespace \(namespace), which would log them"
        : "networks in accounts where no Backbone is: the operator looks only where one gives it credentials, once a day "
          + "and after its start"
    )
  }

  private static let logLines = 20_000

  /// Parses a line of the operator's log, in either format.
  static func network(_ line: Substring) -> Orphan? {
    guard line.contains("found a network without a Backbone"), let id = value("network", in: line),
      let mark = value("mark", in: line)
    else { return nil }
    return Orphan(what: "network \(id)", owner: "Backbone \(mark)")
  }

  private static func value(_ key: String, in line: Substring) -> String? {
    for (start, end) in [(" \(key)=", " "), ("\"\(key)\":\"", "\"")] {
      guard let range = line.firstRange(of: start) else { continue }
      let rest = line[range.upperBound...]
      return String(rest[..<(rest.firstRange(of: end)?.lowerBound ?? rest.endIndex)])
    }
    return nil
  }
}

extension Backbone {
  /// `namespace/name/uid` of the Backbone, and of the one whose network it took over.
  fileprivate var marks: [String] {
    let adopted = [status?.adopted, metadata.annotations?[CloudLinker.Annotation.adopt]].compactMap(\.self)
    return adopted + (metadata.uid.map { ["\(key)/\($0)"] } ?? [])
  }
}
