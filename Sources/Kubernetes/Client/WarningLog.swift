internal import Foundations
internal import HTTPTransport

/// Logs each warning of the API server (header `Warning`, code 299) once.
final class WarningLog: Sendable {
  private let logger: Logger
  private let seen = Locked<Set<String>>([])
  init(logger: Logger) { self.logger = logger }

  func note(_ headers: HTTPHeaders) {
    for warning in headers.all("Warning") where warning.hasPrefix("299 ") {
      let isNew = seen.withLock { $0.count < 1000 && $0.insert(warning).inserted }
      if isNew { logger.warning("the API server warned", ["warning": .string(String(warning.dropFirst(4)))]) }
    }
  }
}
