import Foundations
import HTTPTransport
import HTTPTransportTesting
import Kubernetes

import struct FoundationEssentials.Data
import class FoundationEssentials.JSONDecoder

@testable import GoogleCloud

/// Cloud DNS beside it: a zone is an object `managedZones/name`, with its records in it.
extension FakeCompute {
  static let dnsOpening = "/dns/v1/projects/demo/"

  static func answerDNS(_ request: HTTPRequest, _ path: String, _ state: Locked<State>) -> HTTPResponse {
    let parts = path.dropFirst(dnsOpening.count).split(separator: "/").map(String.init)
    let body = request.body.flatMap { try? JSONDecoder().decode(Object.self, from: Data($0)) } ?? [:]
    return state.withLock { state in
      state.log.append("\(request.method) \(parts.joined(separator: "/"))")
      if request.method != "GET" {
        state.writeCount += 1
        if let refusal = state.nextRefusal() { return error(refusal.status, refusal.reason) }
      }
      if parts == ["managedZones"] {
        return request.method == "GET" ? listZones(state) : create(body, &state)
      }
      let key = parts.prefix(2).joined(separator: "/")
      guard let zone = state.objects[key] else { return error(404, "notFound") }
      switch (request.method, parts.dropFirst(2).first) {
      case ("GET", "rrsets"): return json(["rrsets": zone["records"] ?? []])
      case ("POST", "changes"): return change(zone, key, body, &state)
      case ("PATCH", nil):
        state.objects[key] = zone.merging(body) { _, new in new }
        return json(["status": "done"])
      case ("DELETE", nil):
        let isEmpty = zone["records"]?.items.allSatisfy { $0["type"] == "NS" } ?? true
        guard isEmpty else { return error(400, "containerNotEmpty") }
        state.objects[key] = nil
        return .json("", status: 204)
      default: return error(400, "invalid")
      }
    }
  }

  private static func listZones(_ state: State) -> HTTPResponse {
    let zones = state.objects.filter { $0.key.hasPrefix("managedZones/") }.sorted { $0.key < $1.key }.map(\.value)
    return json(["managedZones": zones])
  }

  private static func create(_ zone: Object, _ state: inout State) -> HTTPResponse {
    let key = "managedZones/\(zone["name"]?.text ?? "")"
    guard state.objects[key] == nil else { return error(409, "alreadyExists") }
    guard links(.object(zone)).allSatisfy({ state.objects[$0] != nil }) else { return error(400, "invalid") }
    state.number += 1
    var made = zone
    made["id"] = .string("\(state.number)")
    made["records"] = [["name": zone["dnsName"] ?? "", "type": "NS", "ttl": 21600, "rrdatas": ["ns."]]]
    state.objects[key] = made
    return json(made)
  }

  private static func change(_ zone: Object, _ key: String, _ body: Object, _ state: inout State) -> HTTPResponse {
    var records = zone["records"]?.items ?? []
    for deletion in body["deletions"]?.items ?? [] {
      guard let index = records.firstIndex(of: deletion) else { return error(404, "notFound") }
      records.remove(at: index)
    }
    for addition in body["additions"]?.items ?? [] {
      let isThere = records.contains { $0["name"] == addition["name"] && $0["type"] == addition["type"] }
      guard !isThere else { return error(409, "alreadyExists") }
      records.append(addition)
    }
    state.objects[key]?["records"] = .array(records)
    return json(["status": "pending"])
  }
}
