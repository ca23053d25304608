/// What a forward, or OpenVPN itself, travels in: spelled as Kubernetes and IANA spell it.
public enum TransportProtocol: String, Codable, Sendable, Hashable {
  case tcp = "TCP"
  case udp = "UDP"
}
