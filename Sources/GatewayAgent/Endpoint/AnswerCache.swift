/// Keeps each answer that is costly to make for a second. A status of thousands of forwards takes tens of milliseconds to
/// encode, and a client that asks for it repeatedly must not delay the kubelet's probes. Byte counters in an answer may be
/// a second old. No I/O.
struct AnswerCache: Sendable {
  static let lifetime = Duration.seconds(1)
  private static let costly = ["/status", "/metrics"]
  private var answers: [String: (answer: EndpointAnswer, made: ContinuousClock.Instant)] = [:]

  /// - Parameters:
  ///   - target: path and query; the query of a costly answer changes nothing.
  ///   - make: makes the answer where none is kept.
  mutating func answer(
    _ target: String,
    now: ContinuousClock.Instant,
    _ make: () -> EndpointAnswer
  ) -> EndpointAnswer {
    expire(now: now)
    let path = EndpointAnswer.path(of: target)
    if let kept = answers[path] { return kept.answer }
    let answer = make()
    if Self.costly.contains(path) { answers[path] = (answer, now) }
    return answer
  }

  /// To be called when anything but a counter has changed.
  mutating func invalidate() { answers = [:] }

  /// Forgets what is too old, and frees its memory.
  mutating func expire(now: ContinuousClock.Instant) {
    answers = answers.filter { now - $0.value.made < Self.lifetime }
  }
}
