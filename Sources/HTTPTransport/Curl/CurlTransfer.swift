internal import CCurl
internal import Glibc

/// A request inside libcurl. Confined to the loop thread, on which its callbacks run, too.
final class CurlTransfer {
  /// Why a callback or the loop stopped the transfer.
  enum Stop { case tooLarge(Int), hugeHead, idle(Duration) }

  let start: CurlStart
  let easy: UnsafeMutableRawPointer
  let maxBytes: Int
  var headerList: UnsafeMutablePointer<curl_slist>?
  var connectTo: UnsafeMutablePointer<curl_slist>?
  var head = HeaderBlock()
  var body: [UInt8] = []
  var stop: Stop?
  /// In milliseconds of the monotonic clock, like `lastActivity`.
  let begun = monotonicMilliseconds()
  /// Milliseconds of the monotonic clock at the last sign of life; see `CurlLoop-idle.swift`.
  var lastActivity = monotonicMilliseconds()
  var uploaded: curl_off_t = 0
  var isPaused = false
  private var headDelivered = false
  private var bodySent = 0
  private let errorText: UnsafeMutablePointer<CChar>

  init(_ start: CurlStart, easy: UnsafeMutableRawPointer, maxBytes: Int) {
    self.start = start
    self.easy = easy
    self.maxBytes = maxBytes
    errorText = .allocate(capacity: Int(CURL_ERROR_SIZE))
    errorText.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
    ccurl_set_pointer(easy, CURLOPT_ERRORBUFFER, errorText)
  }

  deinit {
    curl_slist_free_all(headerList)
    curl_slist_free_all(connectTo)
    errorText.deallocate()
  }

  /// libcurl's own message about the failure; empty if it has none.
  var errorMessage: String { String(cString: errorText) }

  var status: Int {
    var code = 0
    ccurl_get_long(easy, CURLINFO_RESPONSE_CODE, &code)
    return code
  }

  /// Whether bytes of the request were sent. Through a proxy's tunnel this becomes true a little too early.
  var wasSent: Bool {
    var bytes = 0
    ccurl_get_long(easy, CURLINFO_REQUEST_SIZE, &bytes)
    return bytes > 0
  }

  var responseHead: HTTPResponseHead { HTTPResponseHead(status: status, headers: head.headers) }

  func received(headerLine line: UnsafeRawBufferPointer) -> Int {
    lastActivity = monotonicMilliseconds()
    guard head.append(line) else {
      stop = .hugeHead
      return 0
    }
    if head.isComplete, status >= 200 { deliverHead() }
    return line.count
  }

  func received(_ bytes: UnsafeRawBufferPointer) -> Int {
    lastActivity = monotonicMilliseconds()
    switch start.sink {
    case .whole:
      guard bytes.count <= maxBytes - body.count else {
        stop = .tooLarge(maxBytes)
        return 0
      }
      if body.isEmpty { reserveBody() }
      body.append(contentsOf: bytes)
      return bytes.count
    case .streamed(let answer):
      deliverHead()
      if answer.receive(bytes) == .taken { return bytes.count }
      isPaused = true
      return Int(CURL_WRITEFUNC_PAUSE)
    }
  }

  func deliverHead(unless failed: Bool = false) {
    guard case .streamed(let answer) = start.sink, !headDelivered, !failed else { return }
    headDelivered = true
    answer.receive(head: responseHead)
  }

  /// Trusts Content-Length up to 16 MiB, so that a wrong value costs little.
  private func reserveBody() {
    var length: curl_off_t = 0
    ccurl_get_offset(easy, CURLINFO_CONTENT_LENGTH_DOWNLOAD_T, &length)
    if length > 0 { body.reserveCapacity(Int(min(length, 16 << 20))) }
  }

  /// Fills libcurl's buffer with the next part of the request's body.
  func read(into buffer: UnsafeMutableRawBufferPointer) -> Int {
    guard let body = start.request.body, bodySent < body.count else { return 0 }
    let count = min(buffer.count, body.count - bodySent)
    body.withUnsafeBytes { buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: $0[bodySent..<bodySent + count])) }
    bodySent += count
    return count
  }

  /// libcurl asks for the body again when a kept connection turns out dead and it wants to repeat the request on a new
  /// one. It does so even for POST, which RFC 9110 §9.2.2 forbids, so that is refused here.
  func rewind(to offset: curl_off_t) -> Int32 {
    guard RequestCheck.isIdempotent(start.request), let body = start.request.body, offset >= 0,
      offset <= curl_off_t(body.count)
    else { return Int32(CURL_SEEKFUNC_FAIL) }
    bodySent = Int(offset)
    return Int32(CURL_SEEKFUNC_OK)
  }
}

/// Milliseconds since boot.
func monotonicMilliseconds() -> Int64 {
  var time = timespec()
  clock_gettime(CLOCK_MONOTONIC, &time)
  return Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000
}
