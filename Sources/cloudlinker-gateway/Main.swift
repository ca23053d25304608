internal import Foundations
internal import GatewayAgent
internal import Glibc

@main struct Main {
  static let usage = """
    usage: cloudlinker-gateway try HOST:PORT [--report=PATH]
           cloudlinker-gateway [--config-directory=/etc/cloudlinker] [--runtime-directory=/run/cloudlinker]
                               [--endpoint-port=15021] [--log-format=text|json] [--log-level=info]
    The VPN gateway of a VPNConnection: process 1 of its pod. Needs NET_ADMIN, and /dev/net/tun unless the kernel
    encrypts IPsec. After SIGTERM it keeps established connections for DRAIN_SECONDS, an environment variable, at most;
    a second SIGTERM ends it at once.
    try connects once to HOST:PORT and says how far it came; PATH gets the same line. Needs no privileges.

    """

  static func main() {
    if CommandLine.arguments.dropFirst().first == "try" {
      exit(ServiceTrial.run(Array(CommandLine.arguments.dropFirst(2))))
    }
    var options = GatewayAgent.Options()
    // An environment variable and no argument, so that an older gateway, which a class may name, still starts.
    if let text = getenv("DRAIN_SECONDS") {
      let value = String(cString: text)
      guard let seconds = Int(value), seconds >= 0 else { fail("DRAIN_SECONDS=\(value): not a number of seconds") }
      options.drainSeconds = seconds
    }
    var format = Logger.Format.text
    var level = Logger.Level.info
    for argument in CommandLine.arguments.dropFirst() {
      let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
      let value = parts.count == 2 ? parts[1] : ""
      switch parts[0] {
      case "--config-directory" where !value.isEmpty: options.configurationDirectory = value
      case "--runtime-directory" where !value.isEmpty: options.runtimeDirectory = value
      case "--endpoint-port":
        guard let port = Int(value), (1...65535).contains(port) else { fail("\(argument): not a port") }
        options.endpointPort = port
      case "--log-format":
        guard let chosen = Logger.Format(rawValue: value) else { fail("\(argument): text or json") }
        format = chosen
      case "--log-level":
        guard let chosen = Logger.Level(name: value) else { fail("\(argument): debug, info, warning or error") }
        level = chosen
      case "--help", "-h":
        print(usage, terminator: "")
        exit(0)
      default: fail("\(argument): not known")
      }
    }
    let log = Logger(level: level, format: format, write: standardOutput)
    exit(GatewayAgent(options: options, log: log).run())
  }

  private static func fail(_ message: String) -> Never {
    Logger.standardError("cloudlinker-gateway: \(message)\n\(usage)")
    exit(2)
  }

  private static let standardOutput: @Sendable (String) -> Void = { line in
    var rest = ArraySlice(Array(line.utf8))
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { write(1, $0.baseAddress, $0.count) }
      if count < 0 && errno == EINTR { continue }
      guard count > 0 else { return }
      rest = rest.dropFirst(count)
    }
  }
}
