internal import Foundations

/// When DNS was last seen to be on in each VPC.
///
/// An unchanged network would cost nine reads in every look. Nothing but a person turns DNS off in a VPC, so it is read in
/// about every third look only, and in every look after an action was refused.
final class DNSSightings: Sendable {
  /// Longer than two looks, which come every ten minutes, give or take a fifth.
  static let trust: Duration = .seconds(1500)
  private let seen = Locked<[String: ContinuousClock.Instant]>([:])

  func isTrusted(_ vpc: String, now: ContinuousClock.Instant) -> Bool {
    seen.withLock { $0[vpc].map { $0.duration(to: now) < Self.trust } ?? false }
  }

  func record(_ isOn: Bool, in vpc: String, at now: ContinuousClock.Instant) {
    seen.withLock { $0[vpc] = isOn ? now : nil }
  }
}
