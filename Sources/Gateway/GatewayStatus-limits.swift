extension GatewayStatus {
  /// The longest texts, in Unicode scalars, and lists that the schemas of VPNConnection and PortForward allow. The API
  /// server refuses the whole status if one of them is longer.
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

  /// A copy in which every text is printable and no longer than `Limits`. Servers, resolvers and daemons word many of
  /// the texts, and no report of a gateway may keep the operator from writing a status.
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
