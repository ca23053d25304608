/// The addresses of a load balancer, in Services and Ingresses.
public struct LoadBalancerStatus: Codable, Sendable, Hashable {
  public struct Point: Codable, Sendable, Hashable {
    public var ip: String?
    public var hostname: String?
    public init(ip: String? = nil, hostname: String? = nil) {
      self.ip = ip
      self.hostname = hostname
    }
  }
  public var ingress: [Point]?
  public init(ingress: [Point]? = nil) { self.ingress = ingress }
}
