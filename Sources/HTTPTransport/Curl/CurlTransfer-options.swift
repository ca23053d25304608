internal import CCurl

extension CurlTransfer {
  /// Sets all options of this request.
  /// - Throws: `.invalidRequest` if libcurl refuses an option, such as a malformed proxy URL.
  func configure(_ options: CurlTransport.Options, _ sockets: CurlSockets) throws(TransportError) {
    let request = start.request
    set(CURLOPT_NOSIGNAL, 1)
    // Without this, abandoning a name lookup blocks the thread until the resolver answers.
    set(CURLOPT_QUICK_EXIT, 1)
    // The smallest size that libcurl allows (default: 64 KiB). A handle keeps its buffer, and bodies are small.
    set(CURLOPT_UPLOAD_BUFFERSIZE, 16 * 1024)
    set(CURLOPT_PROTOCOLS_STR, "http,https")
    set(CURLOPT_PATH_AS_IS, 1)
    set(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1)
    set(CURLOPT_TCP_KEEPALIVE, 1)
    set(CURLOPT_TCP_KEEPIDLE, 30)
    set(CURLOPT_TCP_KEEPINTVL, 10)
    sockets.follow(easy)
    set(CURLOPT_USERAGENT, options.userAgent)
    if options.upgradesToHTTP2 {
      set(CURLOPT_HTTP_VERSION, Int(CURL_HTTP_VERSION_2_0))
    } else if options.version == .automatic, start.ticket.target.scheme == .https {
      set(CURLOPT_HTTP_VERSION, Int(CURL_HTTP_VERSION_2TLS))
      // Waits for a connection that is being made, in case it can be shared, instead of opening another.
      set(CURLOPT_PIPEWAIT, 1)
    } else {
      set(CURLOPT_HTTP_VERSION, Int(CURL_HTTP_VERSION_1_1))
    }
    set(CURLOPT_CONNECTTIMEOUT_MS, milliseconds(request.timeouts.connect) ?? 300_000)
    set(CURLOPT_TIMEOUT_MS, milliseconds(request.timeouts.total) ?? 0)
    setMethodAndBody(request)
    setCallbacks()
    try setProxy(options.proxy)
    try setTLS(options.tls)
    try setURL(request, serverName: options.tls.serverName)
  }

  private func setMethodAndBody(_ request: HTTPRequest) {
    let carriesBody = request.body != nil || ["POST", "PUT", "PATCH"].contains(request.method)
    if carriesBody {
      set(CURLOPT_POST, 1)
      ccurl_set_offset(easy, CURLOPT_POSTFIELDSIZE_LARGE, curl_off_t(request.body?.count ?? 0))
    } else if request.method == "HEAD" {
      set(CURLOPT_NOBODY, 1)
    } else {
      set(CURLOPT_HTTPGET, 1)
    }
    if request.method != "GET", request.method != "HEAD" || carriesBody {
      set(CURLOPT_CUSTOMREQUEST, request.method)
    } else if request.method == "GET", carriesBody {
      set(CURLOPT_CUSTOMREQUEST, "GET")
    }
    // `rewind` cannot refuse the repetition of a request without a body. On a new connection there is no repetition,
    // because the connection cannot have been kept for too long.
    if (request.body ?? []).isEmpty, !RequestCheck.isIdempotent(request) { set(CURLOPT_FRESH_CONNECT, 1) }
    for field in request.headers.fields {
      addHeader(field.value.isEmpty ? "\(field.name);" : "\(field.name): \(field.value)")
    }
    if carriesBody {
      addHeader("Expect:")
      if request.headers["Content-Type"] == nil { addHeader("Content-Type:") }
    }
  }

  /// A different server name goes into the URL, from which libcurl takes SNI and the name to verify. The connection and
  /// the Host header keep the original host.
  private func setURL(_ request: HTTPRequest, serverName: String?) throws(TransportError) {
    let target = start.ticket.target
    var url = request.url
    if let serverName, target.scheme == .https, serverName != target.host {
      url = "https://\(serverName):\(target.port)\(target.pathAndQuery)"
      guard HTTPTarget(url)?.host == serverName.lowercased() else { throw refused("the TLS server name") }
      connectTo = curl_slist_append(nil, "\(serverName):\(target.port):\(target.authority)")
      ccurl_set_list(easy, CURLOPT_CONNECT_TO, connectTo)
      if request.headers["Host"] == nil { addHeader("Host: \(target.hostHeader)") }
    }
    guard set(CURLOPT_URL, url) else { throw refused("the URL") }
    ccurl_set_list(easy, CURLOPT_HTTPHEADER, headerList)
  }

  private func setProxy(_ proxy: CurlTransport.Options.Proxy) throws(TransportError) {
    switch proxy {
    case .environment:
      // From a proxy's machine, such an address leads nowhere, or to the proxy's own services.
      if start.ticket.target.isOnlyReachedFromHere { set(CURLOPT_PROXY, "") }
    case .none: set(CURLOPT_PROXY, "")
    case .url(let url):
      guard set(CURLOPT_PROXY, url) else { throw refused("the proxy's URL") }
      set(CURLOPT_NOPROXY, "")
    }
  }

  private func setTLS(_ tls: TLSConfiguration) throws(TransportError) {
    // At least 1.2 (RFC 9325 §3.1.1), even if OpenSSL's own configuration allows less.
    set(CURLOPT_SSLVERSION, Int(CURL_SSLVERSION_TLSv1_2))
    set(CURLOPT_PROXY_SSLVERSION, Int(CURL_SSLVERSION_TLSv1_2))
    if let authorities = tls.certificateAuthorities {
      guard set(CURLOPT_CAINFO_BLOB, authorities) else { throw refused("the bundle of authorities") }
      // Otherwise Debian's libcurl would also trust /etc/ssl/certs.
      ccurl_set_string(easy, CURLOPT_CAPATH, nil)
    }
    if let certificate = tls.clientCertificate, let key = tls.clientKey {
      guard set(CURLOPT_SSLCERT_BLOB, certificate), set(CURLOPT_SSLKEY_BLOB, key) else {
        throw refused("the client certificate")
      }
      set(CURLOPT_SSLCERTTYPE, "PEM")
      set(CURLOPT_SSLKEYTYPE, "PEM")
    }
    if !tls.verifiesServer {
      set(CURLOPT_SSL_VERIFYPEER, 0)
      set(CURLOPT_SSL_VERIFYHOST, 0)
    }
  }

  private func refused(_ what: String) -> TransportError {
    TransportError(
      .invalidRequest,
      "\(start.ticket.target.authority): libcurl did not accept \(what)",
      mayHaveBeenProcessed: false
    )
  }

  /// Rounded up, so that a limit below a millisecond does not become no limit.
  private func milliseconds(_ duration: Duration?) -> Int? {
    guard let duration else { return nil }
    let (seconds, attoseconds) = duration.components
    let most: Int64 = 1_000_000
    return Int(max(1, min(max(seconds, 0), most) * 1000 + (attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000))
  }

  private func addHeader(_ line: String) { headerList = curl_slist_append(headerList, line) ?? headerList }

  @discardableResult
  private func set(_ option: CURLoption, _ value: Int) -> Bool { ccurl_set_long(easy, option, value) == CURLE_OK }
  @discardableResult
  private func set(_ option: CURLoption, _ value: String) -> Bool { ccurl_set_string(easy, option, value) == CURLE_OK }
  private func set(_ option: CURLoption, _ value: [UInt8]) -> Bool {
    value.withUnsafeBytes { bytes in
      guard let base = bytes.baseAddress else { return false }
      return ccurl_set_blob(easy, option, base, bytes.count) == CURLE_OK
    }
  }
}
