import Cloud
import FoundationEssentials
import Foundations
import HTTPTransport
import SimulatorSupport
import Twingate

/// The simulator that `hack/clouds up twingate` starts, at CLOUDS_TWINGATE_URL.
struct SimulatedTenant: Sendable {
  static let url = ProcessInfo.processInfo.environment["CLOUDS_TWINGATE_URL"]
  private static var door: SimulatorDoor { SimulatorDoor(url: url ?? "") }
  let time = VirtualTimeSource(wall: Timestamp(seconds: 1_800_000_000))
  let keys: [String: String]

  /// Resets the simulator.
  init() async throws {
    _ = try await Self.control("reset", "{}")
    let credentials = try await Self.control("credentials")
    keys = try JSONDecoder().decode([String: String].self, from: Data(credentials))
  }

  init(keys: [String: String]) { self.keys = keys }

  /// - Parameter budget: nil: the budget that Twingate allows.
  func client(_ level: String = "provision", budget: TwingateBudget? = nil) throws -> TwingateClient {
    TwingateClient(
      try TwingateNetwork("acme"),
      key: SecretText(keys[level] ?? ""),
      allowance: TwingateAllowance(budget ?? TwingateBudget(time: time)),
      transport: SimulatedNetwork(url: Self.url ?? "", base: SimulatorDoor.web, time: time),
      time: time
    )
  }

  /// Sends a request to the control door: a POST if there is a body.
  @discardableResult
  static func control(_ name: String, _ body: String? = nil) async throws -> [UInt8] {
    try await door.control(body == nil ? "GET" : "POST", name, json: body.map { Array($0.utf8) })
  }

  static func objects() async throws -> [String: JSONValue] { try await door.objects() }

  /// The errors that the simulator found in requests.
  static func findings() async throws -> String {
    String(decoding: try await control("requests?errors=1"), as: UTF8.self)
  }

  /// Operations, oldest first.
  static func requests() async throws -> [String] { try await door.operations() }
}

/// Sends requests for Twingate's hosts to the simulator, with the test's time.
private struct SimulatedNetwork: Transport {
  var url: String
  var base: any Transport
  var time: VirtualTimeSource

  private func led(_ request: HTTPRequest) throws(TransportError) -> HTTPRequest {
    guard let target = HTTPTarget(request.url) else {
      throw TransportError(.invalidRequest, "no URL", mayHaveBeenProcessed: false)
    }
    var request = request
    request.url = url + target.pathAndQuery
    request.headers["Host"] = target.hostHeader
    request.headers["X-Forwarded-Proto"] = target.scheme.rawValue
    request.headers["X-Sim-Time"] = String(time.timestamp.seconds)
    return request
  }

  func send(_ request: HTTPRequest) async throws(TransportError) -> HTTPResponse {
    try await base.send(try led(request))
  }
  func stream(_ request: HTTPRequest) async throws(TransportError) -> HTTPStreamingResponse {
    try await base.stream(try led(request))
  }
}
