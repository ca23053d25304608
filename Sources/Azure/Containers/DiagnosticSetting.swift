public import Cloud
public import Foundations

/// Where a resource sends its logs. Azure keeps it beside the resource. It outlives the resource, and applies again to a
/// new resource of the same name (https://learn.microsoft.com/azure/azure-monitor/platform/diagnostic-settings).
public struct DiagnosticSetting: AzureResource {
  public var json: JSONValue
  public init(json: JSONValue) { self.json = json }

  /// - Parameters:
  ///   - workspace: a Log Analytics workspace.
  ///   - logs: categories of the resource's type, such as `kube-audit`.
  public init(workspace: ResourceID, logs: [String]) {
    json = [
      "properties": [
        "workspaceId": .string(workspace.description),
        // Tables of their own, such as AKSAudit, instead of AzureDiagnostics.
        "logAnalyticsDestinationType": "Dedicated",
        "logs": .array(logs.map { ["category": .string($0), "enabled": true] }),
      ]
    ]
  }

  public var writable: JSONValue { ["properties": json["properties"] ?? .object([:])] }

  public var workspace: ResourceID? { json["properties", "workspaceId"]?.string.flatMap { ResourceID($0) } }

  /// Categories and groups of categories that are logged. Azure lists the others too, switched off.
  public var logs: Set<String> {
    Set(
      (json["properties", "logs"]?.array ?? []).filter { $0["enabled"]?.bool == true }
        .compactMap { $0["category"]?.string ?? $0["categoryGroup"]?.string }
    )
  }
}

extension AzureClient {
  static let insights = "Microsoft.Insights"

  public func diagnosticSetting(_ id: ResourceID) async throws(CloudError) -> DiagnosticSetting? {
    try await get(id).map(DiagnosticSetting.init)
  }
}

extension ResourceID {
  public func diagnosticSetting(_ name: String) -> ResourceID {
    extended(AzureClient.insights, "diagnosticSettings", name)
  }
}
