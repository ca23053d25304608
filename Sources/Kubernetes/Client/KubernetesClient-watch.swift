internal import Foundations
internal import HTTPTransport

extension KubernetesClient {
  /// Watches a kind. Servers treat `sendInitialEvents` (WatchList) differently, so that the caller may have to fall
  /// back:
  ///
  ///     server                          answer
  ///     1.20 (measured)                 the parameters are ignored: an ordinary watch, whose events may begin with
  ///                                     synthetic ADDED ones if no version is given; no `initialEventsEnd` ever arrives
  ///     1.27 and later, feature off     422 → `.invalid`: sendInitialEvents is forbidden
  ///     feature on                      ADDED for every object, then the bookmark with `initialEventsEnd`
  public func watch<Object: Resource>(
    _ type: Object.Type,
    _ scope: Scope,
    _ options: WatchOptions
  ) async throws(KubernetesError) -> WatchStream<Object> {
    var query = Query(scope)
    query["watch"] = "true"
    query["allowWatchBookmarks"] = "true"
    query["timeoutSeconds"] = String(max(1, options.timeout.components.seconds))
    if !options.resourceVersion.isEmpty { query["resourceVersion"] = options.resourceVersion }
    if options.sendInitialEvents {
      query["sendInitialEvents"] = "true"
      query["resourceVersionMatch"] = "NotOlderThan"
    }
    let what = "watch \(Object.resourceType.plural)"
    let call = Call(
      method: "GET",
      path: try ResourcePath.collection(Object.resourceType, scope.namespace, what: what) + query.text,
      accept: Object.accept,
      isSafe: true,
      timeouts: HTTPTimeouts(total: nil, idle: options.idleTimeout),
      what: what
    )
    return WatchDecoding<Object>.stream(try await open(call).body, what: what)
  }

  /// A watch is not retried here, except after a 401, because its owner knows from which version to continue.
  private func open(_ call: Call) async throws(KubernetesError) -> HTTPStreamingResponse {
    var isFresh = false
    while true {
      let request = try await request(call, fresh: isFresh)
      let response: HTTPStreamingResponse
      do {
        response = try await transport.stream(request)
      } catch {
        observe("WATCH", 0, host)
        throw KubernetesError(.transport, "\(call.what): \(error.message)")
      }
      observe("WATCH", response.head.status, host)
      warnings.note(response.head.headers)
      if response.head.status == 200 { return response }
      if response.head.status == 401, !isFresh {
        isFresh = true
        continue
      }
      var body: [UInt8] = []
      while body.count < 65_536, let chunk = try? await response.body.next() { body += chunk }
      let whole = HTTPResponse(head: response.head, body: body)
      throw KubernetesError.from(whole, what: call.what, now: time.timestamp)
    }
  }
}
