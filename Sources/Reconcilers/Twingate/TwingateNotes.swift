internal import CloudResources
internal import Foundations
internal import Kubernetes
internal import Twingate
internal import TwingateResources

/// What is remembered of one connection from one pass to the next, so that a pass does not cost ten requests. None of it is
/// needed: another process looks at Twingate again.
struct TwingateNote: Sendable {
  var uid: String?
  /// As the last pass left it. The cached status may be older.
  var ledger: Ledger
  /// Nil: the next pass has to look.
  var observed: ObservedTwingate?
  var question: TwingateQuestion?
  /// When everything was looked at.
  var lookedAt: ContinuousClock.Instant?
  /// When the connectors were.
  var heardAt: ContinuousClock.Instant?
  /// `reconcile.fluxcd.io/requestedAt` of the last look.
  var requestedAt: String?
  /// When a connector's tokens were tried, by its name.
  var triedAt: [String: ContinuousClock.Instant] = [:]
  /// Whether no resource of a connection that is being deleted needs its connectors any more.
  var connectorsMayStop = false
  /// Since when a connector is seen alive, by its name.
  var alive: [String: Life] = [:]
  /// Whether nothing is left at Twingate of a connection that is being deleted.
  var isGone = false
  /// Since when Twingate could not be looked at.
  var failingSince: Timestamp?
}

/// A connector that is seen alive.
struct Life: Sendable, Hashable {
  /// When what runs was started.
  var start: Timestamp
  var since: Timestamp
}

final class TwingateNotes: Sendable {
  private let notes = Locked<[ObjectKey: TwingateNote]>([:])

  /// - Parameter ledger: of the status, for a connection that this process has not seen.
  func note(_ connection: ObjectKey, uid: String?, ledger: Ledger) -> TwingateNote {
    if let note = notes.withLock({ $0[connection] }), note.uid == uid { return note }
    return TwingateNote(uid: uid, ledger: ledger)
  }

  func keep(_ note: TwingateNote, of connection: ObjectKey) { notes.withLock { $0[connection] = note } }
  func forget(_ connection: ObjectKey) { notes.withLock { $0[connection] = nil } }
}
