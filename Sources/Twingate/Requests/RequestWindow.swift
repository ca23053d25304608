/// Decides which requests of one kind may be sent now. A value type without I/O.
///
/// At most `limit` requests are sent in any `length` of time. A slot is free again `length` after the answer came,
/// because Twingate may have counted the request at any moment between sending and answer. A token bucket would not do: if
/// a pause has filled it, it lets twice the limit through within one window.
struct RequestWindow {
  struct Ticket: Hashable, Comparable {
    var lane: Lane
    /// The order of arrival.
    var number: Int
    static func < (left: Ticket, right: Ticket) -> Bool { (left.lane, left.number) < (right.lane, right.number) }
  }
  typealias Instant = ContinuousClock.Instant

  let limit: Int
  let length: Duration
  /// When each answered request's slot is free again, earliest first.
  private var ends: [Instant] = []
  private var inFlight = 0
  private var pausedUntil: Instant?
  private var waiting: [Ticket] = []

  init(limit: Int, length: Duration) {
    self.limit = max(limit, 1)
    self.length = length
  }

  /// Sends nothing before that moment.
  mutating func pause(until moment: Instant) { pausedUntil = max(pausedUntil ?? moment, moment) }

  /// Estimates how long a request that arrived now would wait: slots in flight count as answered now.
  func expectedWait(_ lane: Lane, now: Instant) -> Duration {
    let ahead = waiting.count { $0.lane <= lane }
    let slots = (ends + Array(repeating: now.advanced(by: length), count: inFlight)).filter { $0 > now }
    let free = limit - slots.count
    var wait = Duration.zero
    if ahead >= free {
      // Beyond one window, every further `limit` requests take one more.
      let (rounds, index) = (ahead - max(free, 0)).quotientAndRemainder(dividingBy: limit)
      let slot = slots.isEmpty ? now : slots[min(index, slots.count - 1)]
      wait = now.duration(to: slot) + length * rounds
    }
    return max(wait, pausedUntil.map { now.duration(to: $0) } ?? .zero)
  }

  mutating func enqueue(_ ticket: Ticket) {
    waiting.insert(ticket, at: waiting.firstIndex { $0 > ticket } ?? waiting.count)
  }

  mutating func withdraw(_ ticket: Ticket) { waiting.removeAll { $0 == ticket } }

  /// The tickets that may go now. Each takes a slot until `answered`.
  mutating func admit(now: Instant) -> [Ticket] {
    ends.removeAll { $0 <= now }
    if let pausedUntil, pausedUntil > now { return [] }
    pausedUntil = nil
    let admitted = Array(waiting.prefix(max(0, limit - ends.count - inFlight)))
    waiting.removeFirst(admitted.count)
    inFlight += admitted.count
    return admitted
  }

  mutating func answered(now: Instant) {
    inFlight -= 1
    ends.append(now.advanced(by: length))
  }

  /// When `admit` may admit requests again; nil: none waits, or an answer has to come first.
  func nextOpening(now: Instant) -> Instant? {
    guard !waiting.isEmpty else { return nil }
    if let pausedUntil, pausedUntil > now { return pausedUntil }
    return ends.first
  }
}
