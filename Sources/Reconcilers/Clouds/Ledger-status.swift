internal import Cloud
internal import CloudLinkerAPI
internal import CloudResources
internal import Foundations

extension Ledger {
  private static let operationPrefix = "operation:"
  /// Keys under which versions before the ledger kept more than objects in `status.objects`.
  private static func isSettledKey(_ key: String) -> Bool { key.hasPrefix("route-") || key == "firewall-default" }

  /// Reads the ledger from a status. From an unknown version only the ids are read.
  init(_ status: BackboneStatus?) {
    self.init()
    for (key, value) in status?.objects ?? [:] {
      if key.hasPrefix(Self.operationPrefix) {
        operations[String(key.dropFirst(Self.operationPrefix.count))] = value
      } else if Self.isSettledKey(key) {
        settled[key] = value
      } else if key != "deletion" {
        ids[key] = value
      }
    }
    if let stored = status?.ledger { fill(from: stored) }
  }

  /// As the status of a PrivateCluster holds it.
  init(_ status: PrivateClusterStatus?) {
    self.init()
    ids = status?.objects ?? [:]
    if let stored = status?.ledger { fill(from: stored) }
  }

  private mutating func fill(from stored: StoredLedger) {
    guard Self.canRead(version: stored.version) else { return }
    operations.merge(stored.operations ?? [:]) { $1 }
    settled.merge(stored.settled ?? [:]) { $1 }
    fresh = stored.fresh ?? [:]
    refusals = (stored.refusals ?? [:]).compactMapValues { RefusedAction($0) }
    failures = (stored.failures ?? [:]).compactMapValues { failure in
      RefusedAction(failure.refusal).map { FailedWrite($0, isDeletion: failure.isDeletion) }
    }
  }
}

extension BackboneStatus {
  mutating func store(_ ledger: Ledger) {
    objects = ledger.ids
    self.ledger = StoredLedger(ledger)
  }
}

extension PrivateClusterStatus {
  mutating func store(_ ledger: Ledger) {
    objects = ledger.ids
    self.ledger = StoredLedger(ledger)
  }
}

extension StoredLedger {
  /// All but the ids; nil: there is nothing else to remember.
  fileprivate init?(_ ledger: Ledger) {
    func present<Value>(_ map: [String: Value]) -> [String: Value]? { map.isEmpty ? nil : map }
    self.init(version: ledger.format)
    operations = present(ledger.operations)
    settled = present(ledger.settled)
    fresh = present(ledger.fresh)
    refusals = present(ledger.refusals.mapValues { Refusal($0) })
    failures = present(ledger.failures.mapValues { Failure(Refusal($0.refusal), isDeletion: $0.isDeletion) })
    if self == Self(version: 1) { return nil }
  }
}

extension StoredLedger.Refusal {
  init(_ refused: RefusedAction) {
    self.init(
      kind: refused.error.kind.rawValue,
      operation: String(refused.error.operation.prefix(128)),
      code: String(refused.error.code.prefix(128)),
      message: refused.error.message,
      count: refused.count,
      retryAt: refused.retryAt
    )
  }
}

extension RefusedAction {
  /// Nil: the kind is unknown to this version.
  init?(_ stored: StoredLedger.Refusal) {
    guard let kind = CloudError.Kind(rawValue: stored.kind) else { return nil }
    let error = CloudError(kind, operation: stored.operation, code: stored.code, message: stored.message)
    self.init(error: error, count: stored.count, retryAt: stored.retryAt)
  }
}
