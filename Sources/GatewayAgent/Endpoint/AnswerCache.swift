/// Keeps expensive answers for a second. A status of thousands of forwards takes tens of milliseconds to encode, and a
/// client that asks for it again and again must not delay the kubelet's probes. Byte counters in an answer may be a
/// second old. No I/O.
struct AnswerCache: Sendable {
  static let lifetime = Duration.seconds(1)
  private static let expensive = ["/status", "/metrics"]
  private var answers: [String: (answer: EndpointAnswer, made: ContinuousClock.Instant)] = [:]

  /// - Parameters:
  ///   - target: path and query; the query does not change an expensive answer.
  ///   - make: makes the answer if none is kept.
  mutating func answer(
    _ target: String,
    now: ContinuousClock.Instant,
    _ make: () -> EndpointAnswer
  ) -> EndpointAnswer {
    expire(now: now)
    let path = EndpointAnswer.path(of: target)
    if let kept = answers[path] { return kept.answer }
    let answer = make()
    if Self.expensive.contains(path) { answers[path] = (answer, now) }
    return answer
  }

  /// Call it when anything but a counter has changed.
  mutating func invalidate() { answers = [:] }

  /// Drops expired answers and frees their memory.
  mutating func expire(now: ContinuousClock.Instant) {
    answers = answers.filter { now - $0.value.made < Self.lifetime }
  }
}
