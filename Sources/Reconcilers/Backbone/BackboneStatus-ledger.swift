internal import CloudLinkerAPI
internal import CloudResources

extension Ledger {
  private static let operationPrefix = "operation:"
  /// Keys under which versions before the first one kept more than objects in `status.objects`.
  private static func isSettledKey(_ key: String) -> Bool { key.hasPrefix("route-") || key == "firewall-default" }

  /// As a status holds it. Of a version that is not known only the ids are read.
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
    guard let stored = status?.ledger, stored.version == Self.version else { return }
    operations.merge(stored.operations ?? [:]) { $1 }
    settled.merge(stored.settled ?? [:]) { $1 }
  }
}

extension BackboneStatus {
  mutating func store(_ ledger: Ledger) {
    objects = ledger.ids
    let isEmpty = ledger.operations.isEmpty && ledger.settled.isEmpty
    self.ledger =
      isEmpty
      ? nil
      : StoredLedger(
        version: Ledger.version,
        operations: ledger.operations.isEmpty ? nil : ledger.operations,
        settled: ledger.settled.isEmpty ? nil : ledger.settled
      )
  }
}
