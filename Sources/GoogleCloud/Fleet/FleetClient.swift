public import Cloud

/// Who may do what in a cluster of a fleet (gkehub v1): Google makes the bindings inside it, so that nobody else needs a way in.
///
/// https://cloud.google.com/kubernetes-engine/fleet-management/docs/reference/rest/v1/projects.locations.memberships.rbacrolebindings
public struct RoleBinding: Codable, Sendable, Hashable {
  public struct Role: Codable, Sendable, Hashable {
    /// ADMIN, EDIT, VIEW.
    public var predefinedRole: String?
    public init(predefinedRole: String) { self.predefinedRole = predefinedRole }
  }
  public struct State: Codable, Sendable, Hashable {
    /// CREATING, READY, UPDATING, DELETING.
    public var code: String?
  }
  /// Output only: `projects/p/locations/l/memberships/m/rbacrolebindings/b`.
  public var name: String?
  /// Either one.
  public var user: String?
  public var group: String?
  public var role: Role?
  public var labels: [String: String]?
  public var state: State?
  public init() {}
}

public struct FleetClient: Sendable {
  private struct Page: Decodable {
    var rbacrolebindings: [RoleBinding]?
    var nextPageToken: String?
  }
  private struct Operation: Decodable { var name: String? }

  private let api: GoogleAPI

  /// - Parameter endpoint: for emulators, proxies and sovereign clouds; nil: the vendor's. `/v1/projects/…` is appended.
  public init(access: GoogleAccess, endpoint: String? = nil) {
    api = GoogleAPI(
      name: "the fleet",
      url: (endpoint ?? "https://gkehub.googleapis.com") + "/v1",
      project: "",
      access: access
    )
  }

  /// All bindings of a cluster, whoever made them.
  /// - Parameter membership: as the cluster names it.
  public func bindings(of membership: String) async throws(CloudError) -> [RoleBinding] {
    let operation = "gkehub.rbacrolebindings.list"
    let (api, path) = try place(of: membership, operation)
    return try await api.pages(
      path + "/rbacrolebindings",
      query: [("pageSize", "100")],
      operation: operation,
      name: "role bindings"
    ) { (page: Page) in (page.rbacrolebindings ?? [], page.nextPageToken) }
  }

  /// - Parameter name: `MEMBERSHIP/rbacrolebindings/ID`.
  public func create(_ binding: RoleBinding, _ name: String) async throws(CloudError) {
    let operation = "gkehub.rbacrolebindings.create"
    let (api, path) = try place(of: name, operation)
    let parts = path.split(separator: "/").map(String.init)
    let parent = parts.dropLast().joined(separator: "/")
    try await send(api, "POST", parent, [("rbacrolebindingId", parts.last ?? "")], binding, operation)
  }

  /// - Parameter fields: that are changed to those of `binding`; the others stay.
  public func patch(_ binding: RoleBinding, _ name: String, fields: [String]) async throws(CloudError) {
    let operation = "gkehub.rbacrolebindings.update"
    let (api, path) = try place(of: name, operation)
    try await send(api, "PATCH", path, [("updateMask", fields.joined(separator: ","))], binding, operation)
  }

  public func delete(_ name: String) async throws(CloudError) {
    let operation = "gkehub.rbacrolebindings.delete"
    let (api, path) = try place(of: name, operation)
    try await send(api, "DELETE", path, [], RoleBinding?.none, operation)
  }

  private func send(
    _ api: GoogleAPI,
    _ method: String,
    _ path: String,
    _ query: [(String, String)],
    _ body: RoleBinding?,
    _ operation: String
  ) async throws(CloudError) {
    let bytes: [UInt8]? = if let body { try GoogleAPI.json(body, operation: operation) } else { nil }
    let _: Operation = try await api.call(
      method,
      path,
      query: query,
      body: bytes,
      operation: operation,
      isIdempotent: true
    )
  }

  /// The client of the project that a name begins with, and the rest of the name.
  private func place(of name: String, _ operation: String) throws(CloudError) -> (GoogleAPI, String) {
    let parts = Self.relative(name).split(separator: "/").map(String.init)
    guard parts.count > 2, parts[0] == "projects" else {
      throw CloudError(.malformed, operation: operation, message: "\(name) is no name of a membership")
    }
    var api = api
    api.project = parts[1]
    return (api, parts.dropFirst(2).map { PercentEncoding.encode($0) }.joined(separator: "/"))
  }

  /// `//gkehub.googleapis.com/projects/p/…` without the host.
  public static func relative(_ name: String) -> String {
    guard name.hasPrefix("//") else { return name }
    return name.dropFirst(2).split(separator: "/").dropFirst().joined(separator: "/")
  }
}
