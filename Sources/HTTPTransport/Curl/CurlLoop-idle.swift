internal import CCurl

/// Enforces the idle limit. libcurl has none that a paused stream, or a slow one that is still alive, would not reach.
///
/// A header line, a piece of the body, and a part of the request going out count as signs of life. A transfer that is
/// paused because its reader is slow is not idle. One check, at the earliest time that any limit may have passed,
/// covers all transfers.
extension CurlLoop {
  func watchIdle(_ transfer: CurlTransfer) {
    guard let limit = transfer.idleMilliseconds else { return }
    nextIdleCheck = min(nextIdleCheck, transfer.lastActivity + limit)
  }

  func expireIdle() {
    let now = monotonicMilliseconds()
    guard now >= nextIdleCheck else { return }
    nextIdleCheck = Int64.max
    for transfer in Array(transfers.values) {
      guard let limit = transfer.idleMilliseconds, let idle = transfer.start.request.timeouts.idle else { continue }
      if transfer.isPaused || transfer.hasUploadedMore() { transfer.lastActivity = now }
      if now - transfer.lastActivity >= limit {
        transfer.stop = .idle(idle)
        end(transfer, transfer.error(CURLE_OK))
      } else {
        watchIdle(transfer)
      }
    }
  }

  /// In milliseconds; at most half a minute, so that a clock that jumped is noticed.
  var pollTimeout: Int32 {
    guard nextIdleCheck != Int64.max else { return 30_000 }
    return Int32(clamping: min(max(nextIdleCheck - monotonicMilliseconds(), 0), 30_000))
  }
}

extension CurlTransfer {
  /// The idle limit, between a millisecond and a year.
  var idleMilliseconds: Int64? {
    start.request.timeouts.idle.map {
      max(1, min($0.components.seconds, 31_536_000) * 1000 + $0.components.attoseconds / 1_000_000_000_000_000)
    }
  }

  func hasUploadedMore() -> Bool {
    var bytes: curl_off_t = 0
    ccurl_get_offset(easy, CURLINFO_SIZE_UPLOAD_T, &bytes)
    defer { uploaded = bytes }
    return bytes > uploaded
  }
}
