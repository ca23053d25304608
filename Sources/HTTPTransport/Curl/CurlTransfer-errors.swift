internal import CCurl

extension CurlTransfer {
  /// Converts libcurl's code for the caller; nil for success.
  func error(_ code: CURLcode) -> TransportError? {
    let host = start.ticket.target.authority
    let sent = wasSent
    switch stop {
    case .tooLarge(let limit):
      return TransportError(.tooLarge, "\(host): the answer is larger than \(limit) bytes", mayHaveBeenProcessed: true)
    case .hugeHead:
      return TransportError(
        .protocolViolation,
        "\(host): the answer's headers are larger than \(HeaderBlock.maximumBytes) bytes",
        mayHaveBeenProcessed: true
      )
    case .idle(let limit):
      return TransportError(.idle, "\(host): nothing came for \(limit)", mayHaveBeenProcessed: sent)
    case nil: break
    }
    guard code != CURLE_OK else { return nil }
    let words = words(for: code)
    let kind = Self.kind(code, words: words, proxyStatus: proxyStatus)
    let before: Set<TransportError.Kind> = [.resolve, .connect, .tls, .proxy, .invalidRequest]
    let mayHaveBeenProcessed = sent && !before.contains(kind)
    let isOpen = mayHaveBeenProcessed && kind == .reset && !RequestCheck.isIdempotent(start.request)
    return TransportError(
      kind,
      "\(host): \(words)\(isOpen ? "; the server may have acted on the request" : "")",
      mayHaveBeenProcessed: mayHaveBeenProcessed
    )
  }

  /// Plain words instead of libcurl's, which describe its inside. A GOAWAY of the server is called a framing error or,
  /// if it causes a repetition, an error of the callback that refuses it (see `rewind`).
  private func words(for code: CURLcode) -> String {
    let own = errorMessage
    switch code {
    case CURLE_SEND_FAIL_REWIND: return "the connection ended before the answer came"
    case CURLE_HTTP2 where own.isEmpty: return "the server ended the HTTP/2 connection before its answer"
    default: return own.isEmpty ? String(cString: curl_easy_strerror(code)) : own
    }
  }

  /// The status of a proxy's answer to CONNECT; 0 if there was none.
  private var proxyStatus: Int {
    var status = 0
    ccurl_get_long(easy, CURLINFO_HTTP_CONNECTCODE, &status)
    return status
  }

  /// libcurl's codes, by what the caller can do about them (curl/curl.h, CURLcode).
  private static func kind(_ code: CURLcode, words: String, proxyStatus: Int) -> TransportError.Kind {
    switch code {
    case CURLE_COULDNT_RESOLVE_HOST: return .resolve
    case CURLE_COULDNT_RESOLVE_PROXY, CURLE_PROXY: return .proxy
    case CURLE_COULDNT_CONNECT: return .connect
    case CURLE_OPERATION_TIMEDOUT: return .timeout
    case CURLE_URL_MALFORMAT: return .invalidRequest
    case CURLE_FILESIZE_EXCEEDED: return .tooLarge
    case CURLE_SSL_CONNECT_ERROR, CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CERTPROBLEM, CURLE_SSL_CIPHER,
      CURLE_SSL_CACERT_BADFILE, CURLE_SSL_ISSUER_ERROR, CURLE_SSL_INVALIDCERTSTATUS, CURLE_SSL_CLIENTCERT,
      CURLE_SSL_ENGINE_INITFAILED, CURLE_USE_SSL_FAILED:
      return .tls
    case CURLE_RECV_ERROR where proxyStatus != 0 && proxyStatus / 100 != 2: return .proxy
    // In TLS 1.3, a server refuses the client's certificate after the client considers the handshake done.
    case CURLE_RECV_ERROR where words.contains("alert"), CURLE_SEND_ERROR where words.contains("alert"): return .tls
    case CURLE_GOT_NOTHING, CURLE_RECV_ERROR, CURLE_SEND_ERROR, CURLE_PARTIAL_FILE, CURLE_HTTP2, CURLE_HTTP2_STREAM,
      CURLE_SEND_FAIL_REWIND:
      return .reset
    default: return .protocolViolation
    }
  }
}
