/// Decides which connection to close when there are too many. It is a value that does no I/O: its caller reports what
/// happens and closes what the table names.
///
///     a connection      waits for                may be closed for another
///     receiving         a complete request       yes, the oldest first, and at once when its request takes too long
///     handling          its handler              no
///     sending           its answer to be sent    yes, the oldest first
///
/// Silent or slow clients, however many and from wherever, therefore only displace each other. A client that asks at
/// once, as a probe does, is served: to displace it, as many new connections as there are places would have to arrive
/// before its request.
struct ConnectionTable: Sendable {
  struct Limits: Sendable {
    var total: Int
    /// The most connections of one address; 0: no limit.
    var perAddress: Int
    /// How long a request may take to arrive completely, in milliseconds.
    var receiving: Int64
  }
  private enum Phase: Sendable { case receiving, handling, sending }
  private struct Entry: Sendable {
    var address: [UInt8]
    var phase = Phase.receiving
    var since: Int64
    /// The order in which connections entered their present phase.
    var order: UInt64
    /// Whether a complete request has ever arrived on it.
    var hasAsked = false
    /// Whether this table had it closed; the end has not been reported yet.
    var isCut = false
  }
  private let limits: Limits
  private var entries: [Int32: Entry] = [:]
  private var order: UInt64 = 0

  init(_ limits: Limits) { self.limits = limits }

  var count: Int { entries.count }
  /// Connections whose first request has not arrived completely: they were opened to ask something.
  var unasked: Int { entries.values.count { !$0.hasAsked && !$0.isCut } }

  /// Adds an accepted connection.
  /// - Parameters:
  ///   - address: the client's, as bytes.
  ///   - now: milliseconds of a monotonic clock.
  /// - Returns: the connections to close; this is the new one if every other has a handler at work.
  mutating func opened(_ socket: Int32, from address: [UInt8], now: Int64) -> [Int32] {
    entries[socket] = Entry(address: address, since: now, order: next())
    var cut = entries.filter {
      !$0.value.isCut && $0.value.phase == .receiving && now - $0.value.since > limits.receiving
    }
    .map(\.key)
    for socket in cut { entries[socket]?.isCut = true }
    if limits.perAddress > 0 { cut += makeRoom(limits.perAddress) { $0.address == address } }
    return cut + makeRoom(limits.total) { _ in true }
  }

  /// Its request has arrived completely and goes to its handler.
  mutating func handling(_ socket: Int32) {
    entries[socket]?.phase = .handling
    entries[socket]?.hasAsked = true
  }

  /// Its answer begins to be sent.
  mutating func sending(_ socket: Int32, now: Int64) { enter(.sending, socket, now) }

  /// Its answer has been sent; another request may follow.
  mutating func receiving(_ socket: Int32, now: Int64) { enter(.receiving, socket, now) }

  mutating func closed(_ socket: Int32) { entries[socket] = nil }

  private mutating func enter(_ phase: Phase, _ socket: Int32, _ now: Int64) {
    let order = next()
    entries[socket]?.phase = phase
    entries[socket]?.since = now
    entries[socket]?.order = order
  }

  private mutating func next() -> UInt64 {
    order += 1
    return order
  }

  /// Cuts connections until at most `limit` of those that count are left, in the order in which they entered their
  /// phase.
  private mutating func makeRoom(_ limit: Int, _ counts: (Entry) -> Bool) -> [Int32] {
    let here = entries.filter { !$0.value.isCut && counts($0.value) }
    guard here.count > limit else { return [] }
    let idle = here.filter { $0.value.phase != .handling }.sorted { $0.value.order < $1.value.order }
    let cut = idle.prefix(here.count - limit).map(\.key)
    for socket in cut { entries[socket]?.isCut = true }
    return cut
  }
}
