public import Cloud

/// Cloud DNS v1 in one project (https://cloud.google.com/dns/docs/reference/rest/v1): zones and their records.
///
/// Every mutation is done when it is answered. Repeating one is harmless: the second is refused with `alreadyExists` or
/// `notFound`.
public struct DNSClient: Sendable {
  private struct ZonePage: Decodable {
    var managedZones: [ManagedZone]?
    var nextPageToken: String?
  }
  private struct RecordPage: Decodable {
    var rrsets: [RecordSet]?
    var nextPageToken: String?
  }
  private struct Change: Encodable {
    var additions: [RecordSet]
    var deletions: [RecordSet]
  }
  private struct Nothing: Decodable {}

  private var api: GoogleAPI

  /// - Parameter endpoint: for emulators, proxies and sovereign clouds; nil: the vendor's. `/dns/v1/projects/…` is appended.
  public init(project: String, access: GoogleAccess, endpoint: String? = nil) {
    api = GoogleAPI(
      name: "Cloud DNS",
      url: (endpoint ?? "https://dns.googleapis.com") + "/dns/v1",
      project: project,
      access: access
    )
  }

  /// The same client for another project.
  public func inProject(_ project: String) -> DNSClient {
    var copy = self
    copy.api.project = project
    return copy
  }

  /// All zones of the project, including public ones.
  public func zones() async throws(CloudError) -> [ManagedZone] {
    try await pages("managedZones", "dns.managedZones.list") { (page: ZonePage) in
      (page.managedZones ?? [], page.nextPageToken)
    }
  }

  /// All records of a zone, including those that Cloud DNS creates itself (NS and SOA).
  public func records(ofZone name: String) async throws(CloudError) -> [RecordSet] {
    try await pages(Self.path(name) + "/rrsets", "dns.resourceRecordSets.list") { (page: RecordPage) in
      (page.rrsets ?? [], page.nextPageToken)
    }
  }

  public func create(_ zone: ManagedZone) async throws(CloudError) -> ManagedZone {
    let operation = "dns.managedZones.create"
    return try await send("POST", "managedZones", try GoogleAPI.json(zone, operation: operation), operation)
  }

  /// Changes the given fields and leaves the others.
  public func patch(_ zone: ManagedZone) async throws(CloudError) {
    let operation = "dns.managedZones.update"
    let body = try GoogleAPI.json(zone, operation: operation)
    let _: Nothing = try await send("PATCH", Self.path(zone.name), body, operation)
  }

  /// Deletes a zone. A zone with records other than NS and SOA is in use.
  public func deleteZone(_ name: String) async throws(CloudError) {
    let _: Nothing = try await send("DELETE", Self.path(name), nil, "dns.managedZones.delete")
  }

  /// Adds and removes records in one step.
  /// - Parameter deletions: records exactly as they were read.
  public func change(
    zone name: String,
    adding additions: [RecordSet],
    removing deletions: [RecordSet]
  ) async throws(CloudError) {
    let operation = "dns.changes.create"
    let body = try GoogleAPI.json(Change(additions: additions, deletions: deletions), operation: operation)
    let _: Nothing = try await send("POST", Self.path(name) + "/changes", body, operation)
  }

  private static func path(_ zone: String) -> String { "managedZones/" + PercentEncoding.encode(zone) }

  private func send<Answer: Decodable>(
    _ method: String,
    _ path: String,
    _ body: [UInt8]?,
    _ operation: String
  ) async throws(CloudError) -> Answer {
    try await api.call(method, path, body: body, operation: operation, isIdempotent: true)
  }

  private func pages<Page: Decodable, Item: Sendable>(
    _ path: String,
    _ operation: String,
    read: (Page) -> ([Item], String?)
  ) async throws(CloudError) -> [Item] {
    try await api.pages(path, operation: operation, name: path, read: read)
  }
}
