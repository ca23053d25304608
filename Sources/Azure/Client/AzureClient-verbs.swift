public import Cloud
public import Foundations
internal import HTTPTransport

/// The result of a write.
public struct Accepted: Sendable {
  /// The resource in the answer; `.null` if the answer had no body.
  public var resource: JSONValue
  /// Nil: the write is done.
  public var operation: LongOperation?
}

extension AzureClient {
  /// The version of each provider's API that this client was written for.
  static func apiVersion(_ provider: String?) -> String {
    switch provider?.lowercased() {
    // azure-mgmt-network 33.1.0.
    case "microsoft.network": "2026-03-01"
    // azure-mgmt-containerservice 41.8.0.
    case "microsoft.containerservice": "2026-08-01"
    // azure-mgmt-containerinstance 10.1.0.
    case "microsoft.containerinstance": "2023-05-01"
    // azure-mgmt-authorization 4.0.0.
    case "microsoft.authorization": "2022-04-01"
    // azure-mgmt-msi 7.1.0.
    case "microsoft.managedidentity": "2024-11-30"
    // azure-mgmt-monitor 6.0.2; diagnostic settings have had no version that is no preview.
    case "microsoft.insights": "2021-05-01-preview"
    // azure-mgmt-resource 26.0.0.
    default: "2025-04-01"
    }
  }

  func url(_ id: ResourceID) -> String {
    "\(endpoints.resourceManager)\(id)?api-version=\(Self.apiVersion(id.answeringProvider))"
  }

  /// Nil if it does not exist.
  public func get(_ id: ResourceID) async throws(CloudError) -> JSONValue? {
    do throws(CloudError) {
      let operation = "\(id.type)/read"
      return try Self.parsed(try await send("GET", url(id), operation: operation), operation: operation)
    } catch {
      if error.kind == .notFound { return nil }
      throw error
    }
  }

  /// Asks a resource for something: `listClusterUserCredential`. It changes nothing.
  /// - Parameter query: after the version: `format=exec`.
  func post(_ id: ResourceID, _ action: String, query: String = "") async throws(CloudError) -> JSONValue {
    let operation = "\(id.type)/\(action)/action"
    let version = Self.apiVersion(id.answeringProvider)
    let url = "\(endpoints.resourceManager)\(id)/\(action)?api-version=\(version)" + (query.isEmpty ? "" : "&\(query)")
    return try Self.parsed(try await send("POST", url, operation: operation), operation: operation)
  }

  /// Reads every page of a collection; empty if the group or the parent does not exist.
  /// - Parameter maxPages: a longer list is refused.
  func list(_ url: String, operation: String, maxPages: Int = 200) async throws(CloudError) -> [JSONValue] {
    var items: [JSONValue] = []
    var next: String? = url
    var seen: Set<String> = []
    while let page = next {
      guard seen.count < maxPages, seen.insert(page).inserted else {
        throw CloudError(.malformed, operation: operation, message: "the pages have no end")
      }
      let response: HTTPResponse
      do throws(CloudError) { response = try await send("GET", page, operation: operation) } catch {
        if error.kind == .notFound, seen.count == 1 { return [] }
        throw error
      }
      let body = try Self.parsed(response, operation: operation)
      guard case .array(let values)? = body["value"] else {
        throw CloudError(.malformed, operation: operation, message: "a page holds no list")
      }
      items += values
      let link = body["nextLink"]?.string.flatMap { $0.isEmpty ? nil : $0 }
      next = try link.map { (link) throws(CloudError) in try checked(link, operation: operation) }
    }
    return items
  }

  /// Writes a whole resource: anything left out is removed.
  /// - Parameter ifMatch: the etag of the resource to replace; if it changed meanwhile, that is a conflict.
  public func put(_ id: ResourceID, _ body: JSONValue, ifMatch: String? = nil) async throws(CloudError) -> Accepted {
    try await write("PUT", id, body, ifMatch: ifMatch)
  }

  /// Replaces all tags and nothing else.
  public func setTags(_ id: ResourceID, _ tags: [String: String]) async throws(CloudError) -> Accepted {
    try await write("PATCH", id, ["tags": .object(tags.mapValues { .string($0) })], ifMatch: nil)
  }

  /// Deletes a resource. It is not an error if it does not exist.
  public func delete(_ id: ResourceID) async throws(CloudError) -> LongOperation? {
    let operation = "\(id.type)/delete"
    do throws(CloudError) {
      let response = try await inTurn(id) { () async throws(CloudError) in
        try await send("DELETE", url(id), operation: operation)
      }
      return try longOperation(response, resource: id, operation: operation)
    } catch {
      if error.kind == .notFound { return nil }
      throw error
    }
  }

  private func write(_ method: String, _ id: ResourceID, _ body: JSONValue, ifMatch: String?) async throws(CloudError)
    -> Accepted
  {
    let operation = "\(id.type)/write"
    var headers: HTTPHeaders = [:]
    if let ifMatch { headers["If-Match"] = ifMatch }
    let sent = headers
    let response = try await inTurn(id) { () async throws(CloudError) in
      try await send(method, url(id), operation: operation, headers: sent, body: body)
    }
    let resource = response.body.isEmpty ? .null : try Self.parsed(response, operation: operation)
    return Accepted(resource: resource, operation: try longOperation(response, resource: id, operation: operation))
  }

  /// Writes inside a virtual network take turns with those of the network and of its other parts.
  private func inTurn<Answer: Sendable>(
    _ id: ResourceID,
    _ body: () async throws(CloudError) -> Answer
  ) async throws(CloudError) -> Answer {
    guard id.type.lowercased().hasPrefix("microsoft.network/virtualnetworks") else { return try await body() }
    let key = (id.parent ?? id).description.lowercased()
    await turns.take(key)
    let result: Result<Answer, CloudError>
    do throws(CloudError) { result = .success(try await body()) } catch { result = .failure(error) }
    await turns.give(key)
    return try result.get()
  }

  static func parsed(_ response: HTTPResponse, operation: String) throws(CloudError) -> JSONValue {
    guard let body = JSONValue(parsing: response.body), case .object = body else {
      throw CloudError(.malformed, operation: operation, message: "the answer is no JSON object")
    }
    return body
  }
}
