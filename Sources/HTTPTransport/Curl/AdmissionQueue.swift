/// Limits the number of concurrent requests to a host. Others wait: first come, first served.
struct AdmissionQueue<Request> {
  private struct Host {
    var active = 0
    /// Ids in order of arrival. A withdrawn id stays in line and is skipped when its turn comes.
    var line: [UInt64] = []
    var next = 0
  }
  private let limit: Int
  private var hosts: [String: Host] = [:]
  private var waiting: [UInt64: Request] = [:]

  init(limit: Int) { self.limit = max(1, limit) }

  /// Returns true if the request may begin; call `release` when it is done. Returns false if it has to wait.
  mutating func admit(_ request: Request, id: UInt64, host: String) -> Bool {
    if hosts[host, default: Host()].active < limit {
      hosts[host, default: Host()].active += 1
      return true
    }
    hosts[host, default: Host()].line.append(id)
    waiting[id] = request
    return false
  }

  /// Reports that a request to `host` is done.
  /// - Returns: the next request, which takes its place.
  mutating func release(host: String) -> Request? {
    guard var entry = hosts[host] else { return nil }
    defer { hosts[host] = entry.active == 0 ? nil : entry }
    while entry.next < entry.line.count {
      let id = entry.line[entry.next]
      entry.next += 1
      if let request = waiting.removeValue(forKey: id) {
        if entry.next > 64, entry.next * 2 > entry.line.count {
          entry.line.removeFirst(entry.next)
          entry.next = 0
        }
        return request
      }
    }
    entry.line = []
    entry.next = 0
    entry.active -= 1
    return nil
  }

  /// Removes a request from the line; nil if it was not waiting.
  mutating func withdraw(_ id: UInt64) -> Request? { waiting.removeValue(forKey: id) }

  /// Removes all requests from the line.
  mutating func withdrawAll() -> [Request] {
    defer { waiting = [:] }
    return Array(waiting.values)
  }
}
