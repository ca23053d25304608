/// Decides which connection to close when there are too many. It is a value that does no I/O: its caller reports what
/// happens and closes what it names.
///
///     a connection      is there for          may be closed for another's sake
///     receiving         a request to come     yes, the oldest first, and at once when its request takes too long
///     handling          its handler           no
///     sending           its answer to go      yes, the oldest first
///
/// So clients that are silent or slow, however many they are and wherever they come from, take the place of each other.
/// One that asks at once, as a probe does, is served: it would have to be overtaken by as many new connections as there
/// are places before its request has come.
struct ConnectionTable: Sendable {
  struct Limits: Sendable {
    var total: Int
    /// 0: none.
    var perAddress: Int
    /// Milliseconds for a request to come whole.
    var receiving: Int64
  }
  private enum Phase: Sendable { case receiving, handling, sending }
  private struct Entry: Sendable {
    var address: [UInt8]
    var phase = Phase.receiving
    var since: Int64
    /// When it entered its phase, among all.
    var order: UInt64
    /// Whether a request has ever come over it.
    var hasAsked = false
    /// Closed by us; its end has not been reported yet.
    var isCut = false
  }
  private let limits: Limits
  private var entries: [Int32: Entry] = [:]
  private var order: UInt64 = 0

  init(_ limits: Limits) { self.limits = limits }

  var count: Int { entries.count }
  /// Connections of which the first request has not come whole: they were opened to ask something.
  var unasked: Int { entries.values.count { !$0.hasAsked && !$0.isCut } }

  /// A connection was accepted.
  /// - Parameters:
  ///   - address: of the client, as bytes.
  ///   - now: milliseconds of a clock that only goes forward.
  /// - Returns: the connections to close; the new one itself when every other has a handler at work.
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

  /// Its request has come whole and goes to its handler.
  mutating func handling(_ socket: Int32) {
    entries[socket]?.phase = .handling
    entries[socket]?.hasAsked = true
  }

  /// Its answer begins to go out.
  mutating func sending(_ socket: Int32, now: Int64) { enter(.sending, socket, now) }

  /// Its answer is out; another request may come.
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

  /// Cuts until no more than `limit` of those that count are left; of several the one that entered its phase first.
  private mutating func makeRoom(_ limit: Int, _ counts: (Entry) -> Bool) -> [Int32] {
    let here = entries.filter { !$0.value.isCut && counts($0.value) }
    guard here.count > limit else { return [] }
    let idle = here.filter { $0.value.phase != .handling }.sorted { $0.value.order < $1.value.order }
    let cut = idle.prefix(here.count - limit).map(\.key)
    for socket in cut { entries[socket]?.isCut = true }
    return cut
  }
}
