internal import CCurl
internal import Foundations
internal import Glibc

/// The thread that owns libcurl's multi handle and everything in it.
///
/// It sleeps in `curl_multi_poll` until a socket, a deadline or the mailbox wakes it, and never blocks elsewhere.
final class CurlLoop {
  let mailbox: CurlMailbox
  let multi: UnsafeMutableRawPointer
  var options: CurlTransport.Options
  var transfers: [UInt64: CurlTransfer] = [:]
  var admission: AdmissionQueue<CurlStart>
  /// Admitted requests, which begin before the loop sleeps.
  var ready: [CurlStart] = []
  var idlePool: [UnsafeMutableRawPointer] = []
  let sockets = CurlSockets()
  /// Whether a connection was disconnected that libcurl has not noticed yet; see `CurlLoop-connections.swift`.
  var hasLostConnection = false
  /// When `expireIdle` is due again, in monotonic milliseconds.
  var nextIdleCheck = Int64.max
  private var isStopping = false

  private init(_ options: CurlTransport.Options, _ mailbox: CurlMailbox, _ multi: UnsafeMutableRawPointer) {
    self.options = options
    self.mailbox = mailbox
    self.multi = multi
    admission = AdmissionQueue(limit: options.maxRequestsPerHost)
    ccurl_multi_set_long(multi, CURLMOPT_PIPELINING, Int(CURLPIPE_MULTIPLEX))
    // Kubernetes allows 250 streams on a connection, and libcurl 100 by default. The lower limit applies.
    ccurl_multi_set_long(multi, CURLMOPT_MAX_CONCURRENT_STREAMS, 250)
    ccurl_multi_set_long(multi, CURLMOPT_MAXCONNECTS, 256)
    if let limit = options.maxConnectionsPerHost {
      ccurl_multi_set_long(multi, CURLMOPT_MAX_HOST_CONNECTIONS, max(1, limit))
    }
  }

  private static let initialized: Bool = curl_global_init(Int(CURL_GLOBAL_DEFAULT)) == CURLE_OK

  /// Starts the thread. If that fails, the mailbox is closed, and every request fails at once.
  static func start(_ options: CurlTransport.Options, _ mailbox: CurlMailbox) {
    let started = DetachedThread.start(name: "http") {
      guard initialized, let multi = curl_multi_init() else { return fail(mailbox.close(), mailbox) }
      mailbox.open(multi)
      CurlLoop(options, mailbox, multi).run()
    }
    if !started { fail(mailbox.close(), mailbox) }
  }

  private static func fail(_ commands: [CurlCommand], _ mailbox: CurlMailbox) {
    for case .start(let start) in commands { mailbox.finish(start, .shutDown(start.ticket.target)) }
  }

  private func run() {
    var running: Int32 = 0
    while true {
      for command in mailbox.drain() { obey(command) }
      if isStopping { break }
      beginReady()
      curl_multi_perform(multi, &running)
      collectFinished()
      expireIdle()
      beginReady()
      curl_multi_poll(multi, nil, 0, pollTimeout, nil)
    }
    let late = mailbox.close()
    beginReady()
    for start in admission.withdrawAll() { mailbox.finish(start, .shutDown(start.ticket.target)) }
    for transfer in Array(transfers.values) { end(transfer, .shutDown(transfer.start.ticket.target)) }
    Self.fail(late, mailbox)
    for easy in idlePool { curl_easy_cleanup(easy) }
    curl_multi_cleanup(multi)
  }

  private func obey(_ command: CurlCommand) {
    switch command {
    case .start(let start):
      if start.ticket.cancelled.withLock({ $0 }) {
        mailbox.finish(start, .cancelled(start.ticket.target, sent: false))
      } else if case .streamed = start.sink {
        ready.append(start)
      } else if admission.admit(start, id: start.ticket.id, host: start.ticket.target.authority) {
        ready.append(start)
      }
    case .cancel(let id):
      beginReady()
      if let transfer = transfers[id] {
        end(transfer, .cancelled(transfer.start.ticket.target, sent: transfer.wasSent))
      } else if let start = admission.withdraw(id) {
        mailbox.finish(start, .cancelled(start.ticket.target, sent: false))
      }
    case .resume(let id):
      guard let transfer = transfers[id] else { return }
      transfer.isPaused = false
      transfer.lastActivity = monotonicMilliseconds()
      curl_easy_pause(transfer.easy, Int32(CURLPAUSE_CONT))
    case .reload(let tls): options.tls = tls
    case .stop: isStopping = true
    }
  }
}
