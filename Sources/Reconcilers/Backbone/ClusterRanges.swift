internal import Foundations
internal import Kubernetes

/// A range from which the operator's own cluster gives addresses to pods or Services.
struct ClusterRange: Sendable, Hashable {
  var network: IPv4Network
  /// The users of the range: `the pods of this cluster`.
  var users: String
}

/// Reads the ranges when a Backbone is about to be created, and caches them for a while. A watch would cost more than a
/// question that is asked once in a Backbone's life.
actor ClusterRanges {
  static let freshness: Duration = .seconds(600)
  /// Nodes in a page of a list. Only the ranges of each are decoded.
  static let pageSize = 100

  private let client: any KubernetesAPI
  private let time: any TimeSource
  private var known: (ranges: [ClusterRange], since: ContinuousClock.Instant)?
  /// Plural names of the kinds that this operator was not allowed to list.
  private(set) var unreadable: Set<String> = []

  init(client: any KubernetesAPI, time: any TimeSource) {
    self.client = client
    self.time = time
  }

  /// Ranges that the operator may not read are unknown, so a role without these rights can still create Backbones.
  func all() async throws(KubernetesError) -> [ClusterRange] {
    let now = time.now
    if let known, known.since.duration(to: now) < Self.freshness { return known.ranges }
    let pods = try await pods().map { ClusterRange(network: $0, users: "the pods of this cluster") }
    let services = try await services().map { ClusterRange(network: $0, users: "the Services of this cluster") }
    known = (pods + services, now)
    return pods + services
  }

  /// Ranges of the Nodes; none if the network plugin assigns addresses in its own way.
  private func pods() async throws(KubernetesError) -> [IPv4Network] {
    let nodes = try await list(Node.self, resourceVersion: "0")
    return IPv4Network.collapsed(nodes.flatMap { Self.networks($0.spec?.podCIDRs) })
  }

  /// Ranges of the ServiceCIDRs. An older Kubernetes shows only one address of the range, that of the Service
  /// `kubernetes`.
  private func services() async throws(KubernetesError) -> [IPv4Network] {
    let ranges = try await list(ServiceCIDR.self, resourceVersion: nil).flatMap { Self.networks($0.spec?.cidrs) }
    guard ranges.isEmpty else { return IPv4Network.collapsed(ranges) }
    do {
      let service = try await client.get(Service.self, ObjectKey(namespace: "default", name: "kubernetes"))
      return Self.networks(service.spec?.clusterIP.map { ["\($0)/32"] })
    } catch  where Self.isUnknowable(error) {
      return []
    }
  }

  private func list<Object: Resource>(
    _ type: Object.Type,
    resourceVersion: String?
  ) async throws(KubernetesError) -> [Object] {
    var items: [Object] = []
    var token: String?
    do {
      repeat {
        let page = try await client.list(
          type,
          Scope(),
          resourceVersion: token == nil ? resourceVersion : nil,
          limit: Self.pageSize,
          continueToken: token
        )
        items += try page.allItems()
        token = page.continueToken
      } while token != nil
    } catch  where Self.isUnknowable(error) {
      if error.kind == .forbidden { unreadable.insert(Object.resourceType.plural) }
      return []
    }
    unreadable.remove(Object.resourceType.plural)
    return items
  }

  private static func isUnknowable(_ error: KubernetesError) -> Bool {
    error.kind == .notFound || error.kind == .forbidden
  }
  private static func networks(_ texts: [String]?) -> [IPv4Network] {
    (texts ?? []).compactMap { IPv4Network($0) }
  }
}
