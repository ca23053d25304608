import Azure
import CloudResources
import Foundations
import HTTPTransport
import HTTPTransportTesting

/// As much of Azure's resource manager as a Backbone meets: writes are under way until `settle()`, references are checked,
/// what is in use stays, and one write at a time touches a virtual network.
final class AzureFake: Sendable {
  struct State: Sendable {
    /// By id in lower case.
    var resources: [String: JSONValue] = [:]
    var etag: Int64 = 0
    var reads = 0
    var writes: [String] = []
    /// How many more writes are taken before those of `refusals` are refused, with status and code.
    var patience = 0
    var refusals: [(status: Int, code: String)] = []
  }
  let state = Locked(State())

  var transport: InMemoryTransport {
    InMemoryTransport { [self] request in
      guard !request.url.contains("/token") else {
        return .whole(.json(#"{"access_token":"t","expires_in":86400}"#))
      }
      guard let target = HTTPTarget(request.url), target.query?.contains("api-version=") == true else {
        return .whole(Self.refusal(400, "MissingApiVersionParameter", request.url))
      }
      return .whole(state.withLock { $0.answer(request, target.path) })
    }
  }

  static func refusal(_ status: Int, _ code: String, _ message: String) -> HTTPResponse {
    .json(#"{"error":{"code":"\#(code)","message":"\#(message)"}}"#, status: status)
  }

  /// Ends what is under way.
  func settle() { state.withLock { $0.settle() } }

  subscript(id: ResourceID) -> JSONValue? {
    get { state.withLock { $0.stored(id) } }
    set { state.withLock { $0.store(id, newValue) } }
  }

  /// Someone else deletes it; Azure refuses where it is in use.
  func delete(_ id: ResourceID) -> Bool {
    state.withLock { state in
      guard state.delete(id, state.stored(id)).head.status < 300 else { return false }
      if id.provider != nil { state.store(id, nil) }
      return true
    }
  }

  /// Everything, without what changes each time.
  var snapshot: [String: JSONValue] {
    state.withLock { state in
      state.resources.mapValues { AzureFake.plain($0) }
    }
  }

  private static func plain(_ value: JSONValue) -> JSONValue {
    switch value {
    case .array(let items): .array(items.map(plain))
    case .object(let members): .object(members.filter { $0.key != "etag" && $0.key != "ipAddress" }.mapValues(plain))
    default: value
    }
  }
}

extension AzureFake.State {
  private var refuse: (Int, String, String) -> HTTPResponse { AzureFake.refusal }

  /// A subnet is kept in its virtual network.
  func stored(_ id: ResourceID) -> JSONValue? {
    guard id.type.hasSuffix("/subnets"), let parent = id.parent else { return resources[id.description.lowercased()] }
    return resources[parent.description.lowercased()]?["properties", "subnets"]?.array
      .first { $0["name"]?.string?.lowercased() == id.name.lowercased() }
  }

  mutating func store(_ id: ResourceID, _ value: JSONValue?) {
    guard id.type.hasSuffix("/subnets"), let parent = id.parent?.description.lowercased() else {
      return resources[id.description.lowercased()] = value
    }
    var subnets = resources[parent]?["properties", "subnets"]?.array ?? []
    subnets.removeAll { $0["name"]?.string?.lowercased() == id.name.lowercased() }
    subnets += value.map { [$0] } ?? []
    subnets.sort { ($0["name"]?.string ?? "") < ($1["name"]?.string ?? "") }
    resources[parent]?["properties", "subnets"] = .array(subnets)
  }

  mutating func settle() {
    func settled(_ value: JSONValue) -> JSONValue? {
      switch value["properties", "provisioningState"]?.string {
      case "Deleting": return nil
      case "Updating":
        var value = value
        value["properties", "provisioningState"] = "Succeeded"
        return value
      default: return value
      }
    }
    for (key, value) in resources {
      var value = settled(value)
      if key.contains("/virtualnetworks/"), let subnets = value?["properties", "subnets"]?.array {
        value?["properties", "subnets"] = .array(subnets.compactMap(settled))
      }
      if key.contains("/publicipaddresses/"), value != resources[key], value != nil {
        value?["properties", "ipAddress"] = "203.0.113.1"
      }
      resources[key] = value
    }
    for key in resources.keys where !key.contains("/providers/") && resources[key]?["deleting"] != nil {
      resources = resources.filter { !($0.key == key || $0.key.hasPrefix(key + "/")) }
    }
  }

  mutating func answer(_ request: HTTPRequest, _ path: String) -> HTTPResponse {
    if request.method == "GET" {
      reads += 1
      return read(path)
    }
    guard let id = ResourceID(path) else { return refuse(400, "InvalidResourceId", path) }
    writes.append("\(request.method) \(id.name)")
    if let refusal = nextRefusal() { return refuse(refusal.status, refusal.code, "refused by the test") }
    if id.type.lowercased().hasPrefix("microsoft.network/virtualnetworks"), isBusy(id.parent ?? id) {
      return refuse(429, "RetryableErrorDueToAnotherOperation", "busy")
    }
    let old = stored(id)
    if let match = request.headers["If-Match"], old?["etag"]?.string != match {
      return refuse(412, "PreconditionFailed", id.name)
    }
    switch request.method {
    case "PUT": return put(id, JSONValue(parsing: request.body ?? []) ?? .null, old)
    case "PATCH":
      guard old != nil else { return refuse(404, "ResourceNotFound", id.name) }
      var changed = old ?? .null
      changed["tags"] = JSONValue(parsing: request.body ?? [])?["tags"]
      store(id, changed)
      return body(changed)
    default: return delete(id, old)
    }
  }

  private mutating func nextRefusal() -> (status: Int, code: String)? {
    guard !refusals.isEmpty else { return nil }
    patience -= 1
    return patience < 0 ? refusals.removeFirst() : nil
  }

  private func body(_ value: JSONValue, status: Int = 200) -> HTTPResponse {
    .json(String(decoding: value.bytes, as: UTF8.self), status: status)
  }

  private func isBusy(_ network: ResourceID) -> Bool {
    guard let value = stored(network) else { return false }
    let states = [value] + (value["properties", "subnets"]?.array ?? [])
    return states.contains { ["Updating", "Deleting"].contains($0["properties", "provisioningState"]?.string ?? "") }
  }

  private func read(_ path: String) -> HTTPResponse {
    if let id = ResourceID(path) {
      guard let value = stored(id) else {
        return refuse(404, id.provider == nil ? "ResourceGroupNotFound" : "ResourceNotFound", id.name)
      }
      return body(decorated(id, value))
    }
    let parts = path.lowercased().split(separator: "/")
    let group = "/" + parts.prefix(4).joined(separator: "/")
    guard resources[group] != nil else { return refuse(404, "ResourceGroupNotFound", group) }
    let prefix = path.hasSuffix("/resources") ? group + "/providers/" : path.lowercased() + "/"
    let found = resources.filter { $0.key.hasPrefix(prefix) }.sorted { $0.key < $1.key }
    return body(["value": .array(found.compactMap { key, value in ResourceID(key).map { decorated($0, value) } })])
  }

  /// What Azure tells of who refers to a resource.
  private func decorated(_ id: ResourceID, _ value: JSONValue) -> JSONValue {
    var value = value
    let users = users(id)
    if id.type.lowercased().hasSuffix("/publicipaddresses"), let user = users.first {
      value["properties", "natGateway"] = ["id": .string(user)]
    } else if ["natgateways", "routetables", "networksecuritygroups"].contains(where: id.type.lowercased().hasSuffix) {
      value["properties", "subnets"] = .array(users.map { ["id": .string($0)] })
    }
    return value
  }

  private func users(_ id: ResourceID) -> [String] {
    let own = id.description.lowercased()
    func refers(_ value: JSONValue) -> Bool {
      switch value {
      case .object(let members):
        if members["id"]?.string?.lowercased() == own { return true }
        return members.values.contains(where: refers)
      case .array(let items): return items.contains(where: refers)
      default: return false
      }
    }
    return resources.flatMap { key, value -> [String] in
      let subnets = (value["properties", "subnets"]?.array ?? []).filter { refers($0["properties"] ?? .null) }
      if key.contains("/virtualnetworks/") { return subnets.compactMap { $0["id"]?.string } }
      return refers(value["properties"] ?? .null) ? [value["id"]?.string ?? key] : []
    }.sorted()
  }

  private mutating func put(_ id: ResourceID, _ sent: JSONValue, _ old: JSONValue?) -> HTTPResponse {
    if id.provider != nil, stored(id.groupID ?? id) == nil { return refuse(404, "ResourceGroupNotFound", id.name) }
    if let parent = id.parent, stored(parent) == nil { return refuse(404, "ParentResourceNotFound", id.name) }
    // An address does not refer to its NAT gateway, although it tells it.
    let isAddress = id.type.hasSuffix("/publicIPAddresses")
    for key in ["networkSecurityGroup", "routeTable", "natGateway"] where !isAddress {
      guard let text = sent["properties", key, "id"]?.string else { continue }
      if let error = check(text) { return error }
    }
    for address in sent["properties", "publicIpAddresses"]?.array ?? [] {
      if let error = check(address["id"]?.string ?? "") { return error }
    }
    if let state = old?["properties", "provisioningState"]?.string, ["Updating", "Deleting"].contains(state) {
      return refuse(409, "AnotherOperationInProgress", id.name)
    }
    etag += 1
    var value = sent
    value["id"] = .string(id.description)
    value["name"] = .string(id.name)
    value["etag"] = .string("W/\(etag)")
    if id.provider != nil { value["properties", "provisioningState"] = "Updating" }
    if id.type.hasSuffix("/publicIPAddresses") { value["properties", "natGateway"] = nil }
    if id.type.hasSuffix("/virtualNetworks"), let subnets = value["properties", "subnets"]?.array {
      value["properties", "subnets"] = .array(
        subnets.map { subnet in
          var subnet = subnet
          subnet["properties", "provisioningState"] = "Succeeded"
          return subnet
        }
      )
    }
    if let kept = old?["properties", "ipConfigurations"] { value["properties", "ipConfigurations"] = kept }
    store(id, value)
    return body(value, status: old == nil ? 201 : 200)
  }

  private func check(_ text: String) -> HTTPResponse? {
    guard let value = ResourceID(text).flatMap({ stored($0) }) else {
      return refuse(400, "InvalidResourceReference", text)
    }
    guard value["properties", "provisioningState"]?.string == "Succeeded" else {
      return refuse(429, "ReferencedResourceNotProvisioned", text)
    }
    return nil
  }

  mutating func delete(_ id: ResourceID, _ old: JSONValue?) -> HTTPResponse {
    guard var value = old else { return HTTPResponse(head: HTTPResponseHead(status: 204)) }
    guard id.provider != nil else {
      value["deleting"] = true
      value["properties", "provisioningState"] = "Deleting"
      store(id, value)
      return HTTPResponse(head: HTTPResponseHead(status: 202))
    }
    if let user = users(id).first { return refuse(400, "InUseResourceCannotBeDeleted", user) }
    if !(value["properties", "ipConfigurations"]?.array ?? []).isEmpty {
      return refuse(400, "InUseSubnetCannotBeDeleted", id.name)
    }
    value["properties", "provisioningState"] = "Deleting"
    store(id, value)
    return HTTPResponse(head: HTTPResponseHead(status: 202))
  }
}
