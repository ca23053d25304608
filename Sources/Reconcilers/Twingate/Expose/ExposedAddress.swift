internal import Foundations
internal import Kubernetes

/// The address at which a load balancer of a Service or Ingress can be reached from inside.
enum ExposedAddress: Equatable {
  case inside(String)
  /// It can be reached from everywhere.
  case outside(String)
  /// It has no address yet.
  case none

  /// RFC 1918 and RFC 6598.
  private static let insideRanges = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10"].compactMap {
    IPv4Network($0)
  }

  /// Annotations whose values mark a load balancer as internal for its controller.
  static let annotations: [String: Set<String>] = [
    "service.beta.kubernetes.io/aws-load-balancer-internal": ["true", "0.0.0.0/0"],
    "service.beta.kubernetes.io/aws-load-balancer-scheme": ["internal"],
    "alb.ingress.kubernetes.io/scheme": ["internal"],
    "networking.gke.io/load-balancer-type": ["Internal"],
    "cloud.google.com/load-balancer-type": ["Internal"],
    "kubernetes.io/ingress.class": ["gce-internal"],
    "service.beta.kubernetes.io/azure-load-balancer-internal": ["true"],
  ]

  /// An IP address itself shows whether it is private. So does AWS's name of an internal load balancer (`internal-…`).
  /// For other names the annotations decide.
  init(_ status: LoadBalancerStatus?, _ metadata: ObjectMeta) {
    let isSaidToBeInside = (metadata.annotations ?? [:]).contains { name, value in
      Self.annotations[name]?.contains(value) == true
    }
    let points = status?.ingress ?? []
    let addresses = points.compactMap { $0.ip.flatMap { IPv4Address($0) } }
    if let inside = addresses.first(where: { address in Self.insideRanges.contains { $0.contains(address) } }) {
      self = .inside("\(inside)")
    } else if let address = addresses.first {
      self = .outside("\(address)")
    } else if let name = points.compactMap(\.hostname).first {
      self = name.hasPrefix("internal-") || isSaidToBeInside ? .inside(name) : .outside(name)
    } else {
      self = points.compactMap(\.ip).first.map { .outside($0) } ?? .none
    }
  }
}
