internal import CloudResources
internal import Foundations
internal import Kubernetes
internal import Twingate
internal import TwingateResources

/// What a process remembers about one connection between passes, to save about ten requests a pass. None of it is
/// essential: another process looks at Twingate again.
struct TwingateNote: Sendable {
  var uid: String?
  /// The ledger after the last pass. The cached status may be older.
  var ledger: Ledger
  /// Nil: the next pass has to look.
  var observed: ObservedTwingate?
  var question: TwingateQuestion?
  /// When everything was looked at.
  var lookedAt: ContinuousClock.Instant?
  /// When the connectors were last checked.
  var heardAt: ContinuousClock.Instant?
  /// `reconcile.fluxcd.io/requestedAt` of the last look.
  var requestedAt: String?
  /// When a connector's tokens were tried, by its name.
  var triedAt: [String: ContinuousClock.Instant] = [:]
  /// Whether no resource of a deleted connection needs its connectors any more.
  var connectorsMayStop = false
  /// Since when a connector is seen alive, by its name.
  var alive: [String: Life] = [:]
  /// Whether nothing of a deleted connection is left at Twingate.
  var isGone = false
  /// When looks at Twingate began to fail.
  var failingSince: Timestamp?
}

/// A connector that has been seen alive.
struct Life: Sendable, Hashable {
  /// When its pod or machine started.
  var start: Timestamp
  var since: Timestamp
}

final class TwingateNotes: Sendable {
  private let notes = Locked<[ObjectKey: TwingateNote]>([:])

  /// - Parameter ledger: the status's, for a connection that this process has not seen.
  func note(_ connection: ObjectKey, uid: String?, ledger: Ledger) -> TwingateNote {
    if let note = notes.withLock({ $0[connection] }), note.uid == uid { return note }
    return TwingateNote(uid: uid, ledger: ledger)
  }

  func keep(_ note: TwingateNote, of connection: ObjectKey) { notes.withLock { $0[connection] = note } }
  func forget(_ connection: ObjectKey) { notes.withLock { $0[connection] = nil } }
}
