internal import CCurl
internal import Foundations

extension CurlLoop {
  /// Begins the requests that were admitted. One that fails at once makes room for the next, hence a loop and no
  /// recursion.
  func beginReady() {
    failLostStreams()
    while !ready.isEmpty {
      let batch = ready
      ready = []
      for start in batch { begin(start) }
    }
  }

  /// Gives a request to libcurl.
  private func begin(_ start: CurlStart) {
    guard let easy = idlePool.popLast() ?? curl_easy_init().map(UnsafeMutableRawPointer.init) else {
      mailbox.finish(start, .exhausted(start.ticket.target))
      release(start)
      return
    }
    let transfer = CurlTransfer(start, easy: easy, maxBytes: options.maxResponseBytes)
    transfers[start.ticket.id] = transfer
    do throws(TransportError) { try transfer.configure(options, sockets) } catch { return end(transfer, error) }
    guard curl_multi_add_handle(multi, easy) == CURLM_OK else {
      return end(transfer, .exhausted(start.ticket.target))
    }
    watchIdle(transfer)
  }

  /// Ends the transfers that libcurl has finished.
  func collectFinished() {
    var left: Int32 = 0
    while let message = curl_multi_info_read(multi, &left) {
      guard message.pointee.msg == CURLMSG_DONE, let easy = message.pointee.easy_handle,
        let transfer = CurlTransfer.of(easy)
      else { continue }
      end(transfer, transfer.error(message.pointee.data.result))
    }
  }

  /// Removes a transfer from libcurl, whatever its state, and informs its waiter. Called once for each transfer:
  /// afterwards it is no longer in `transfers`, where every caller looks it up.
  func end(_ transfer: CurlTransfer, _ error: TransportError?) {
    guard transfers.removeValue(forKey: transfer.start.ticket.id) != nil else { return }
    if let error { leaveSilentConnection(of: transfer, error.kind) }
    curl_multi_remove_handle(multi, transfer.easy)
    let head = transfer.responseHead
    transfer.deliverHead(unless: error != nil)
    // Clears every option, and with them the pointers to the transfer.
    curl_easy_reset(transfer.easy)
    if idlePool.count < 16 { idlePool.append(transfer.easy) } else { curl_easy_cleanup(transfer.easy) }
    mailbox.inFlight.withLock { $0 -= 1 }
    switch (transfer.start.sink, error) {
    case (.whole(let answer), nil): answer.finish(.success(HTTPResponse(head: head, body: transfer.body)))
    case (.whole(let answer), let error?): answer.finish(.failure(error))
    case (.streamed(let answer), let error): answer.finish(error)
    }
    release(transfer.start)
  }

  /// Gives the place of a `send` to the next in line.
  private func release(_ start: CurlStart) {
    guard case .whole = start.sink, let next = admission.release(host: start.ticket.target.authority) else { return }
    ready.append(next)
  }
}

extension TransportError {
  static func exhausted(_ target: HTTPTarget) -> TransportError {
    TransportError(.connect, "\(target.authority): libcurl had no memory for the request", mayHaveBeenProcessed: false)
  }
}
