public import Gateway

/// TCP or UDP, as specs and statuses spell it.
public struct TransportName: OpenEnumeration {
  public var rawValue: String
  public init(rawValue: String) { self.rawValue = rawValue }
  public static let tcp = TransportName(rawValue: "TCP")
  public static let udp = TransportName(rawValue: "UDP")
  public static let allCases = [tcp, udp]

  /// Nil: a protocol of a newer CRD, which `validate()` refuses.
  public var known: TransportProtocol? { TransportProtocol(rawValue: rawValue) }
}
