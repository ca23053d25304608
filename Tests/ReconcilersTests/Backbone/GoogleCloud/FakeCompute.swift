import Cloud
import FoundationEssentials
import Foundations
import HTTPTransport
import HTTPTransportTesting
import Kubernetes

@testable import GoogleCloud

/// Compute Engine in memory, as far as a Backbone needs it. An object is seen as soon as its insert is accepted and can
/// be used when that operation is done, at the next `tick`. It refuses what Compute Engine refuses.
final class FakeCompute: Sendable {
  typealias Object = [String: JSONValue]
  struct Operation: Sendable {
    var target: String
    var type: String
    var isDone = false
    var failure: String?
    var endedAt: Timestamp?
  }
  struct State: Sendable {
    var objects: [String: Object] = [:]
    var operations: [String: Operation] = [:]
    var requestIDs: [String: String] = [:]
    var number: Int64 = 100
    /// By collection: what the next operation there ends with.
    var failures: [String: String] = [:]
    /// How many more writes are taken before those of `refusals` are refused, with status and reason.
    var patience = 0
    var refusals: [(status: Int, reason: String)] = []
    var writeCount = 0
    /// When operations end.
    var now = Timestamp(seconds: 1_767_225_600)
    var log: [String] = []
  }
  let state = Locked(State())
  let compute: ComputeClient
  let dns: DNSClient
  /// Between client and fake.
  let faults: FaultTransport

  init() throws {
    let state = self.state
    let server = InMemoryTransport { request in .whole(Self.answer(request, state)) }
    let tokens = try GoogleCredentialSource(environment: [:]).tokens(over: server, time: VirtualTimeSource())
    faults = FaultTransport(server)
    let access = GoogleAccess(
      tokens: tokens,
      transport: faults,
      budget: RequestBudget(burst: 1_000_000),  // Its time stands still.
      retry: RetryPolicy(maxAttempts: 1),
      time: VirtualTimeSource()
    )
    compute = ComputeClient(project: "demo", access: access)
    dns = DNSClient(project: "demo", access: access)
  }

  /// Paths of all objects, without routes.
  var paths: [String] { state.withLock { $0.objects.keys.filter { !$0.contains("/routes/") }.sorted() } }
  /// Requests to Compute Engine since the last time this was asked for: method and path.
  func takeLog() -> [String] {
    state.withLock { state in
      defer { state.log = [] }
      return state.log
    }
  }
  /// Ends every operation.
  func tick() {
    state.withLock { state in for name in state.operations.keys { Self.finish(name, &state) } }
  }
  func failNext(_ collection: String, _ code: String) { state.withLock { $0.failures[collection] = code } }
  /// Somebody else's hand.
  func change(_ path: String, _ body: (inout Object) -> Void) {
    state.withLock { state in
      var object = state.objects[path] ?? ["name": .string(path.split(separator: "/").last.map(String.init) ?? "")]
      body(&object)
      state.objects[path] = object
    }
  }
  func remove(_ path: String) { state.withLock { $0.objects[path] = nil } }
  /// Somebody else deletes it; Compute Engine refuses where it is in use.
  func delete(_ path: String) -> Bool {
    state.withLock { state in
      guard Self.refuse("DELETE", path, [:], state) == nil else { return false }
      Self.remove(path, &state)
      return true
    }
  }
  subscript(path: String) -> Object? { state.withLock { $0.objects[path] } }

  static func answer(_ request: HTTPRequest, _ state: Locked<State>) -> HTTPResponse {
    guard let target = HTTPTarget(request.url) else { return error(400, "invalid") }
    if target.path.hasPrefix("/computeMetadata/") { return .json(#"{"access_token":"t","expires_in":3600}"#) }
    if target.path.hasPrefix(dnsOpening) { return answerDNS(request, target.path, state) }
    let opening = "/compute/v1/projects/demo/"
    guard target.path.hasPrefix(opening) else { return error(404, "notFound") }
    let path = String(target.path.dropFirst(opening.count))
    let body = request.body.flatMap { try? JSONDecoder().decode(Object.self, from: Data($0)) } ?? [:]
    return state.withLock { state in
      state.log.append("\(request.method) \(path)")
      if request.method == "GET" { return read(path, state) }
      state.writeCount += 1
      if let refusal = state.nextRefusal() { return error(refusal.status, refusal.reason) }
      let id = (target.query ?? "").split(separator: "&").first { $0.hasPrefix("requestId=") }.map(String.init)
      guard let id else { return error(400, "required") }
      if let known = state.requestIDs[id] { return operation(known, state) }
      if let refusal = refuse(request.method, path, body, state) { return refusal }
      let name = apply(request.method, path, body, &state)
      state.requestIDs[id] = name
      return operation(name, state)
    }
  }
}

extension FakeCompute.State {
  mutating func nextRefusal() -> (status: Int, reason: String)? {
    guard !refusals.isEmpty else { return nil }
    patience -= 1
    return patience < 0 ? refusals.removeFirst() : nil
  }
}
