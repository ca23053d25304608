public import Foundations

/// Where a forward leads once its name is resolved.
public struct ForwardTarget: Sendable, Hashable, LosslessStringConvertible {
  public var address: IPv4Address
  public var port: Int
  public init(address: IPv4Address, port: Int) {
    self.address = address
    self.port = port
  }

  /// Reads `192.168.100.30:8080`.
  public init?(_ text: String) {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count == 2, let address = IPv4Address(String(parts[0])), let port = Int(parts[1]),
      (1...65535).contains(port), parts[1].utf8.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 })
    else { return nil }
    self.init(address: address, port: port)
  }
  public var description: String { "\(address):\(port)" }
}

/// A port of the gateway.
public struct ForwardPort: Sendable, Hashable, Comparable, CustomStringConvertible {
  public var transport: TransportProtocol
  public var port: Int
  public init(transport: TransportProtocol, port: Int) {
    self.transport = transport
    self.port = port
  }
  public var description: String { "\(transport.rawValue) \(port)" }
  public static func < (left: ForwardPort, right: ForwardPort) -> Bool {
    left.transport == right.transport ? left.port < right.port : left.transport == .tcp
  }
}

extension GatewayConfiguration.Forward {
  public var forwardPort: ForwardPort { ForwardPort(transport: transport, port: port) }
}
