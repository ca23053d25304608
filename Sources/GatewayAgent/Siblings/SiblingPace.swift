/// Decides how often siblings are looked up and asked whether they are ready. No I/O.
///
/// | this gateway's own tunnel | its siblings | look them up every | ask them every |
/// |---|---|---|---|
/// | serves | are known, and all are ready | 5 s | 5 s |
/// | serves | none is known | 1 s | 5 s |
/// | serves | one is not ready | 1 s | 1 s |
/// | does not serve, or a probe of it failed in the last 5 s | any | 1 s | 0.5 s |
///
/// A probe that fails is the first of two, so the answers are fresh by the time new connections have to move.
struct SiblingPace: Sendable, Hashable {
  static let doubt = Duration.seconds(5)

  var isServing: Bool
  /// Time since a probe through this gateway's tunnel last failed; nil: none has.
  var sinceDoubt: Duration?
  var known: Int
  var ready: Int

  private var isUrgent: Bool { !isServing || sinceDoubt.map { $0 < Self.doubt } ?? false }

  var lookUp: Duration { isUrgent || known == 0 || ready < known ? .seconds(1) : .seconds(5) }
  var ask: Duration { isUrgent ? .milliseconds(500) : ready < known ? .seconds(1) : .seconds(5) }
}
