import FoundationEssentials
import Foundations
import GoogleCloud
import HTTPTransport
import HTTPTransportTesting
import Kubernetes

extension JSONValue {
  var text: String { if case .string(let value) = self { value } else { "" } }
  var items: [JSONValue] { if case .array(let value) = self { value } else { [] } }
  subscript(key: String) -> JSONValue? { if case .object(let value) = self { value[key] } else { nil } }
}

extension FakeCompute {
  static let verbs = ["setLabels", "setPrivateIpGoogleAccess", "expandIpCidrRange"]

  static func error(_ status: Int, _ reason: String, _ message: String = "refused") -> HTTPResponse {
    .json(#"{"error":{"message":"\#(message)","errors":[{"reason":"\#(reason)"}]}}"#, status: status)
  }

  static func operation(_ name: String, _ state: State) -> HTTPResponse {
    guard let operation = state.operations[name] else { return error(404, "notFound") }
    var body: Object = [
      "name": .string(name), "status": operation.isDone ? "DONE" : "RUNNING",
      "operationType": .string(operation.type),
    ]
    if let endedAt = operation.endedAt { body["endTime"] = .string("\(endedAt)") }
    if operation.isDone, let code = operation.failure {
      body["error"] = ["errors": [["code": .string(code), "message": "as the test wanted"]]]
    }
    return json(body)
  }

  static func json(_ value: some Encodable) -> HTTPResponse {
    .json((try? JSONEncoder().encode(value)).map { String(decoding: $0, as: UTF8.self) } ?? "")
  }

  static func read(_ path: String, _ state: State) -> HTTPResponse {
    let parts = path.split(separator: "/").map(String.init)
    if parts.contains("operations") { return operation(parts.last ?? "", state) }
    if parts.first == "aggregated" {
      let all = state.objects.filter { $0.key.contains("/\(parts[1])/") }.sorted { $0.key < $1.key }.map(\.value)
      return json(["items": ["zones/z": [parts[1]: all]]])
    }
    if path == "zones" {
      let zones = ["us-east1-b", "europe-west1-c", "europe-west1-b"].map { name -> Object in
        ["name": .string(name), "status": "UP", "region": .string("https://x/regions/\(name.dropLast(2))")]
      }
      return json(["items": zones])
    }
    if let object = state.objects[path] { return json(object) }
    let isList = parts.count == (parts.first == "global" ? 2 : 3)
    guard isList else { return error(404, "notFound") }
    return json(["items": state.objects.filter { $0.key.hasPrefix(path + "/") }.sorted { $0.key < $1.key }.map(\.value)]
    )
  }

  /// Links in an object to others, as paths without the project.
  static func links(_ value: JSONValue) -> [String] {
    switch value {
    case .string(let text) where ComputeLink.project(text) == "demo":
      [String(ComputeLink.path(text).dropFirst("projects/demo/".count))]
    case .array(let items): items.flatMap(links)
    case .object(let object): object.filter { $0.key != "selfLink" }.flatMap { links($0.value) }
    default: []
    }
  }

  static func refuse(_ method: String, _ path: String, _ body: Object, _ state: State) -> HTTPResponse? {
    let isBusy = { (target: String) in state.operations.values.contains { $0.target == target && !$0.isDone } }
    for link in links(.object(body)) {
      guard state.objects[link] != nil else { return error(400, "invalid", "\(link) is not there") }
      if isBusy(link), !link.contains("/networks/") || isNew(link, state) { return error(400, "resourceNotReady") }
    }
    let target = target(path, method, body)
    if isBusy(target) { return error(400, "resourceNotReady") }
    if isInsert(path, method) {
      if state.objects[target] != nil { return error(409, "alreadyExists") }
      return path.hasSuffix("subnetworks") ? overlap(body, state) : nil
    }
    guard let object = state.objects[target] else { return error(404, "notFound") }
    if method == "PATCH", path.contains("/subnetworks/") {
      guard body["fingerprint"] == object["fingerprint"] else { return error(412, "conditionNotMet") }
      guard body["privateIpGoogleAccess"] == nil else { return error(400, "invalid") }
    }
    if path.hasSuffix("/setLabels"), body["labelFingerprint"] != object["labelFingerprint"] {
      return error(412, "conditionNotMet")
    }
    guard method == "DELETE" else { return nil }
    let user = state.objects.sorted { $0.key < $1.key }.first { key, value in
      key != target && !key.contains("/routes/") && links(.object(value)).contains(target)
    }
    return user.map { error(400, "resourceInUseByAnotherResource", "\(target) is already being used by '\($0.key)'") }
  }

  private static func overlap(_ body: Object, _ state: State) -> HTTPResponse? {
    func ranges(_ object: Object) -> [IPv4Network] {
      ([object["ipCidrRange"]] + (object["secondaryIpRanges"]?.items ?? []).map { $0["ipCidrRange"] })
        .compactMap { $0.flatMap { IPv4Network($0.text) } }
    }
    let others = state.objects.values.filter { $0["network"] == body["network"] }.flatMap(ranges)
    let mine = ranges(body)
    let isBad = mine.count != 3 || mine.contains { range in others.contains { $0.overlaps(range) } }
    return isBad ? error(400, "invalid", "IPCidrRange conflicts") : nil
  }

  private static func isNew(_ target: String, _ state: State) -> Bool {
    state.operations.values.contains { $0.target == target && !$0.isDone && $0.type == "insert" }
  }
  static func isInsert(_ path: String, _ method: String) -> Bool {
    method == "POST" && !verbs.contains { path.hasSuffix($0) }
  }
  static func target(_ path: String, _ method: String, _ body: Object) -> String {
    if isInsert(path, method) { return "\(path)/\(body["name"]?.text ?? "")" }
    return verbs.first { path.hasSuffix($0) }.map { String(path.dropLast($0.count + 1)) } ?? path
  }

  /// - Returns: the operation's name.
  static func apply(_ method: String, _ path: String, _ body: Object, _ state: inout State) -> String {
    let target = target(path, method, body)
    state.number += 1
    let (number, name) = (state.number, "operation-\(state.number)")
    let collection = target.split(separator: "/").dropLast().last.map(String.init) ?? ""
    var operation = Operation(target: target, type: isInsert(path, method) ? "insert" : method.lowercased())
    operation.failure = state.failures.removeValue(forKey: collection)
    if operation.failure == nil, method != "DELETE" {
      var object = (method == "PUT" ? [:] : state.objects[target] ?? [:]).merging(body) { _, new in new }
      object["id"] = state.objects[target]?["id"] ?? .string(String(number))
      object["fingerprint"] = .string("f-\(number)")
      object["labelFingerprint"] = .string("l-\(number)")
      if collection == "addresses" {
        object["address"] = object["address"] ?? .string("203.0.113.\(number % 250)")
        object["status"] = "RESERVED"
      }
      state.objects[target] = object
    }
    state.operations[name] = operation
    return name
  }

  static func remove(_ path: String, _ state: inout State) {
    state.objects[path] = nil
    if path.contains("/networks/") { state.objects["global/routes/default"] = nil }
  }

  static func finish(_ name: String, _ state: inout State) {
    guard let operation = state.operations[name], !operation.isDone else { return }
    state.operations[name]?.isDone = true
    state.operations[name]?.endedAt = state.now
    guard operation.failure == nil else { return }
    if operation.type == "delete" { remove(operation.target, &state) }
    if operation.type == "insert", operation.target.contains("/networks/") {
      state.objects["global/routes/default"] = [
        "name": "default", "destRange": "0.0.0.0/0", "network": .string("projects/demo/\(operation.target)"),
        "nextHopGateway": "projects/demo/global/gateways/default-internet-gateway",
      ]
    }
  }
}
