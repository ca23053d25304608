internal import Azure
internal import CloudResources

/// The logs of the control plane: a diagnostic setting sends them to the workspace that the spec names.
extension AzureClusterPlanner {
  /// Categories of AKS (https://learn.microsoft.com/azure/aks/monitor-aks-reference) for those of the spec.
  private static let categories = [
    "api": "kube-apiserver", "audit": "kube-audit", "authenticator": "guard",
    "controllerManager": "kube-controller-manager", "scheduler": "kube-scheduler",
  ]

  private var workspace: ResourceID? { desired.azure.logWorkspaceID.flatMap { ResourceID($0) } }

  mutating func planLogs() {
    guard !desired.logging.isEmpty else { return }
    if let words = logging() { return planner.plan.problem(.controlPlane, .invalidSpec, words) }
    guard let workspace else { return }
    let categories = desired.logging.compactMap { Self.categories[$0] }.sorted()
    let setting = DiagnosticSetting(workspace: workspace, logs: categories)
    var row = Planner.Row(.logs, id: names.logs)
    // Azure keeps no setting for a cluster that is not there yet.
    row.needs = ownCluster?.privateName == nil ? [.cluster] : []
    row.content = .body(setting.json)
    row.detail = "\(categories.joined(separator: ", ")) to workspace \(workspace.name)"
    if ownCluster != nil, let found = seen.logs {
      row.found = Sighting(id: names.logs, label: AzureClusterRole.logs.summary, state: .ready)
      row.change = change(found, to: setting)
    }
    planner.plan(row)
  }

  private mutating func change(_ found: DiagnosticSetting, to wanted: DiagnosticSetting) -> Planner.Row.Change {
    var details: [String] = []
    if found.logs != wanted.logs {
      details.append("logs were \(found.logs.isEmpty ? "none" : found.logs.sorted().joined(separator: ", "))")
    }
    if found.workspace != wanted.workspace {
      details.append("the workspace was \(found.workspace?.name ?? "none")")
    }
    let settings = "\(wanted.logs.sorted()) \(wanted.workspace?.description.lowercased() ?? "")"
    let isDrift = isDrift(.logs, from: settings, isThere: details.isEmpty)
    let repairs = isDrift ? details.map { "\(AzureClusterRole.logs.summary): \($0)" } : []
    return .init(.edit(wanted.json), details: details, repairs: repairs)
  }

  /// Why the logs cannot be sent anywhere.
  func logging() -> String? {
    guard !desired.logging.isEmpty, workspace == nil else { return nil }
    guard let text = desired.azure.logWorkspaceID else {
      return
        "spec.logging needs a Log Analytics workspace in Azure: set spec.azure.logWorkspaceID, or leave spec.logging out"
    }
    return "spec.azure.logWorkspaceID \(text) is not the resource id of a workspace: copy it from the portal or from "
      + "az monitor log-analytics workspace show --query id"
  }

  /// The setting, unless the spec wants logs and does not say where: then the old ones go on.
  func ownedLogs(isTeardown: Bool) -> [Planner.Owned] {
    guard seen.logs != nil, isTeardown || logging() == nil else { return [] }
    return [.init(.logs, Sighting(id: names.logs, label: AzureClusterRole.logs.summary, state: .ready))]
  }
}
