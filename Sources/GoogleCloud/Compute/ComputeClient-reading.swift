public import Cloud

/// A page of a list.
private struct Page<Item: Decodable>: Decodable {
  var items: [Item]?
  var nextPageToken: String?
}

/// A page of a list over all regions and zones. The member with the items depends on the collection.
private struct AggregatedPage<Item: ComputeResource>: Decodable {
  struct Scope: Decodable {
    var items: [Item]
    init(from decoder: any Decoder) throws {
      let container = try decoder.container(keyedBy: AnyKey.self)
      items = try container.decodeIfPresent([Item].self, forKey: AnyKey(stringValue: Item.collection.rawValue)) ?? []
    }
  }
  var items: [String: Scope]?
  var nextPageToken: String?
}

private struct AnyKey: CodingKey {
  var stringValue: String
  var intValue: Int? { nil }
  init(stringValue: String) { self.stringValue = stringValue }
  init?(intValue: Int) { nil }
}

extension ComputeClient {
  /// - Parameter region: of a regional resource, or the zone of a zonal one; ignored for others.
  /// - Returns: nil when there is none of that name.
  public func get<R: ComputeResource>(_ type: R.Type = R.self, _ name: String, region: String) async throws(CloudError)
    -> R?
  {
    do throws(CloudError) {
      return try await call(
        "GET",
        Self.path(R.collection, region) + "/" + PercentEncoding.encode(name),
        operation: "compute.\(R.collection.rawValue).get"
      )
    } catch {
      guard error.kind == .notFound else { throw error }
      return nil
    }
  }

  /// Reads a whole collection; if it is regional, in that region.
  /// - Parameter filter: https://cloud.google.com/compute/docs/reference/rest/v1/networks/list, parameter `filter`.
  public func list<R: ComputeResource>(_ type: R.Type = R.self, region: String, filter: String? = nil)
    async throws(CloudError) -> [R]
  {
    try await pages(Self.path(R.collection, region), R.collection, filter) { (page: Page<R>) in
      (page.items ?? [], page.nextPageToken)
    }
  }

  /// Reads a whole collection in all regions and zones.
  public func aggregatedList<R: ComputeResource>(_ type: R.Type = R.self, filter: String? = nil)
    async throws(CloudError) -> [R]
  {
    try await pages("aggregated/\(R.collection.rawValue)", R.collection, filter) { (page: AggregatedPage<R>) in
      let scopes = (page.items ?? [:]).sorted { $0.key < $1.key }
      return (scopes.flatMap(\.value.items), page.nextPageToken)
    }
  }

  /// Names of a region's zones that are up, sorted.
  public func zones(of region: String) async throws(CloudError) -> [String] {
    let all: [Zone] = try await pages("zones", .zones, nil) { (page: Page<Zone>) in
      (page.items ?? [], page.nextPageToken)
    }
    return all.filter { ComputeLink.name($0.region ?? "") == region && $0.status != "DOWN" }.map(\.name).sorted()
  }

  /// The state of an operation. Nil if it is unknown: Compute Engine forgets operations after some weeks.
  public func operation(_ handle: ComputeOperation.Handle) async throws(CloudError) -> ComputeOperation? {
    let operation = "compute.\(handle.scope)Operations.get"
    do throws(CloudError) {
      let body: OperationBody = try await call(
        "GET",
        handle.path,
        operation: operation
      )
      return try body.operation(operation, region: handle.region, zone: handle.zone)
    } catch {
      guard error.kind == .notFound else { throw error }
      return nil
    }
  }

  static func path(_ collection: ComputeCollection, _ region: String) -> String {
    let place = PercentEncoding.encode(region)
    let scope = collection.isZonal ? "zones/\(place)" : collection.isRegional ? "regions/\(place)" : "global"
    return collection == .zones ? "zones" : "\(scope)/\(collection.rawValue)"
  }

  private func pages<Page: Decodable, Item: Sendable>(
    _ path: String,
    _ collection: ComputeCollection,
    _ filter: String?,
    read: (Page) -> ([Item], String?)
  ) async throws(CloudError) -> [Item] {
    try await api.pages(
      path,
      query: [("maxResults", String(Self.pageSize))] + (filter.map { [("filter", $0)] } ?? []),
      operation: "compute.\(collection.rawValue).list",
      name: collection.rawValue,
      read: read
    )
  }
}
