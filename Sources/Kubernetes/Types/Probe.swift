/// v1 Probe, by HTTP or by a command in the container. For other kinds only the times are read.
public struct Probe: Codable, Sendable, Hashable {
  public struct HTTPGet: Codable, Sendable, Hashable {
    /// Nil: `/`.
    public var path: String?
    /// Number, or name of one of the container's ports.
    public var port: IntOrString
  }
  public struct Exec: Codable, Sendable, Hashable {
    public var command: [String]?
  }
  public var httpGet: HTTPGet?
  public var exec: Exec?
  public var periodSeconds: Int?
  public var timeoutSeconds: Int?
  public var failureThreshold: Int?
  public init(path: String, port: Int, periodSeconds: Int, timeoutSeconds: Int, failureThreshold: Int) {
    httpGet = HTTPGet(path: path, port: .int(port))
    self.periodSeconds = periodSeconds
    self.timeoutSeconds = timeoutSeconds
    self.failureThreshold = failureThreshold
  }
  public init(command: [String], periodSeconds: Int, timeoutSeconds: Int, failureThreshold: Int) {
    exec = Exec(command: command)
    self.periodSeconds = periodSeconds
    self.timeoutSeconds = timeoutSeconds
    self.failureThreshold = failureThreshold
  }
}
