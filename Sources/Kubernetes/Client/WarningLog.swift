internal import Foundations
internal import HTTPTransport

/// Logs each warning of the API server (header `Warning`, code 299) once, unless too many others came in between.
final class WarningLog: Sendable {
  /// How many are remembered. Then all are forgotten, so that new ones are always logged and memory stays small.
  static let capacity = 1000
  /// How many characters of a warning are kept and logged.
  static let longest = 1024

  private let logger: Logger
  private let seen = Locked<Set<String>>([])
  init(logger: Logger) { self.logger = logger }

  func note(_ headers: HTTPHeaders) {
    for warning in headers.all("Warning") where warning.hasPrefix("299 ") {
      let text = String(warning.dropFirst(4).prefix(Self.longest))
      let isNew = seen.withLock { seen in
        if seen.count >= Self.capacity, !seen.contains(text) { seen = [] }
        return seen.insert(text).inserted
      }
      if isNew { logger.warning("the API server warned", ["warning": .string(text)]) }
    }
  }
}
