internal import CloudResources
internal import Foundations
internal import Twingate

extension TwingatePlanner {
  /// How long an old key still works after its successor was made, so that programs can switch.
  static let keyOverlap: Duration = .seconds(600)
  /// The longest life of a key, in days.
  static let longestKey = 365

  /// One key is in use: the one in the Secret. Only the connection makes keys of an account that it made:
  ///
  ///     the Secret's key       another key                             what is done
  ///     none that works        any                                     make a key; the others wait for it
  ///     due for rotation       any                                     make a key
  ///     any                    younger: its answer was lost            revoke it at once, nobody has it
  ///     10 minutes old         older: its predecessor                  revoke it
  ///     any                    revoked or expired, for as long         delete it
  ///     cannot be stored       any                                     nothing, and say why
  mutating func planKeys(of account: String, _ desired: WantedTwingate.ServiceAccount, role: String) {
    guard let keys = seen.keys[account] else { return }
    if let cause = secrets.unwritable[desired.name] {
      return refuse(.principals, "spec", .foreignObject, "service account \(desired.name): \(cause)")
    }
    let kept = keys.first { $0.id == secrets.keys[desired.name] && $0.status == .active }
    let isDue = kept.map { key in desired.rotatesEvery.map { now.since(key.createdAt) >= $0 } ?? false } ?? true
    if isDue {
      // A key that nobody renews any more expires by itself.
      let days = desired.rotatesEvery.map { min(Self.longestKey, Int($0.components.seconds / 86_400) * 2 + 1) } ?? 0
      act(
        .principals,
        .change,
        .createKey(serviceAccountID: account, name: "cloudlinker-\(now.seconds)", days: days),
        role: role,
        "create a key of service account \(desired.name)"
      )
    }
    guard let kept else { return }
    let isTakenOver = !isDue && now.since(kept.createdAt) >= Self.keyOverlap
    for key in keys where key.id != kept.id && (isTakenOver || key.createdAt > kept.createdAt) {
      let isActive = key.status == .active
      let call: TwingateAction.Call =
        isActive
        ? .revokeKey(key.id, serviceAccountID: account) : .deleteKey(key.id, serviceAccountID: account)
      let description = "\(isActive ? "revoke" : "delete") key \(key.name) of service account \(desired.name)"
      act(.principals, .revocation, call, role: "\(role)/\(key.id)", description)
    }
    if !isTakenOver, keys.count > 1 { plan.lookAgain(after: Self.keyOverlap) }
  }
}
