internal import CloudResources
internal import GoogleCloud

extension GoogleCloudPlanner {
  /// Removes our mark wherever Compute Engine allows that: from the descriptions of firewalls and the router, and from
  /// the labels of addresses. Other descriptions stay; see `GoogleCloudMark`. Compute Engine refuses to change the
  /// router while the labels of its addresses are being set.
  mutating func released() {
    for found in observed.firewalls {
      guard let role = GoogleCloudMark.role(in: found.description, of: desired.mark) else { continue }
      var left = found
      (left.description, left.id, left.selfLink) = (GoogleCloudMark.former(desired.mark), nil, nil)
      act(role, .updateFirewall(left), "remove our mark from firewall \(found.name)", seen: found.id ?? "")
    }
    if let found = observed.router, isOurs(found.description, "router") {
      let summary = "remove our mark from router \(found.name)"
      if isMoving("address/") {
        later("router", summary)
      } else {
        var patch = Router(name: found.name)
        patch.description = GoogleCloudMark.former(desired.mark)
        act("router", .patchRouter(patch), summary, seen: found.id ?? "")
      }
    }
    for found in observed.addresses {
      let labels = found.labels ?? [:]
      let left = GoogleCloudLabels.unmarked(labels)
      guard let role = GoogleCloudMark.role(in: found.description, of: desired.mark), left != labels else { continue }
      set(left, on: found, role, "remove our labels from address \(found.name)")
    }
    releaseZones()
    let isQuiet = !observed.operations.values.contains { !$0.isDone }
    plan.isGone = plan.actions.isEmpty && plan.problems.isEmpty && isQuiet
  }
}
