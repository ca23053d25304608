extension GatewayStatus {
  /// The longest texts, in Unicode scalars, and lists that the schemas of VPNConnection and PortForward admit. The API
  /// server refuses a status that exceeds one of them whole.
  public enum Limits {
    public static let tunnelError = 4096
    public static let forwardError = 1024
    public static let notice = 1024
    public static let notices = 64
    /// The longest spelling of an IP address.
    public static let virtualAddress = 45
    /// A host and a port.
    public static let server = 261
    public static let target = 261
  }

  /// The same status with every text printable and no longer than `Limits`: servers, resolvers and daemons word many of
  /// them, and what a gateway reports must not keep the operator from writing a status.
  public func bounded() -> GatewayStatus {
    var status = self
    status.tunnel.serverAddress = tunnel.serverAddress.map { printable($0, limit: Limits.server) }
    status.tunnel.virtualAddress = tunnel.virtualAddress.map { printable($0, limit: Limits.virtualAddress) }
    status.tunnel.lastError = tunnel.lastError.map { printable($0, limit: Limits.tunnelError) }
    status.forwards = forwards.map { forward in
      var forward = forward
      forward.targetAddress = forward.targetAddress.map { printable($0, limit: Limits.target) }
      forward.lastError = forward.lastError.map { printable($0, limit: Limits.forwardError) }
      return forward
    }
    status.notices = notices.prefix(Limits.notices).map { printable($0, limit: Limits.notice) }
    status.configurationError = configurationError.map { printable($0, limit: Limits.tunnelError) }
    return status
  }
}
