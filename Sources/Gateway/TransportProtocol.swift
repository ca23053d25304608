/// The protocol of a forward, or of OpenVPN itself, spelled as Kubernetes and IANA spell it.
public enum TransportProtocol: String, Codable, Sendable, Hashable {
  case tcp = "TCP"
  case udp = "UDP"
}
