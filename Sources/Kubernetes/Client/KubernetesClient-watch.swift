internal import FoundationEssentials
internal import Foundations
internal import HTTPTransport

extension KubernetesClient {
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
    let path = ResourcePath.collection(Object.resourceType, scope.namespace) + query.text
    let response = try await open(path, accept: Object.acceptWatch, idle: options.idleTimeout, what: what)
    let lines = Locked(WatchLines())
    let body = response.body
    return WatchStream { () async throws(KubernetesError) -> [WatchEvent<Object>]? in
      while true {
        let chunk: [UInt8]?
        do throws(TransportError) {
          chunk = try await body.next()
        } catch {
          throw KubernetesError(.transport, "\(what): \(error.message)")
        }
        guard let chunk else { return nil }
        let complete = try lines.withLock { (lines: inout WatchLines) throws(KubernetesError) in try lines.take(chunk) }
        guard !complete.isEmpty else { continue }
        var events: [WatchEvent<Object>] = []
        events.reserveCapacity(complete.count)
        for line in complete {
          if let event = try WatchLines.decode(Object.self, line, what: what) { events.append(event) }
        }
        return events
      }
    }
  }

  private func open(
    _ path: String,
    accept: String,
    idle: Duration,
    what: String
  ) async throws(KubernetesError) -> HTTPStreamingResponse {
    var isRetry = false
    while true {
      var request = try await request("GET", path, accept: accept, fresh: isRetry)
      request.timeouts = HTTPTimeouts(total: nil, idle: idle)
      let response: HTTPStreamingResponse
      do {
        response = try await transport.stream(request)
      } catch {
        observe("WATCH", 0, host)
        throw KubernetesError(.transport, "\(what): \(error.message)")
      }
      observe("WATCH", response.head.status, host)
      if response.head.status == 200 { return response }
      if response.head.status == 401, !isRetry {
        isRetry = true
        continue
      }
      var body: [UInt8] = []
      while body.count < 65_536, let chunk = try? await response.body.next() { body += chunk }
      throw KubernetesError.from(HTTPResponse(head: response.head, body: body), what: what)
    }
  }
}

/// Splits a watch's bytes into lines, wherever the chunks were cut.
struct WatchLines {
  /// An object is at most 1.5 MB in etcd; with room for both encodings of it.
  static let longest = 16 << 20

  private var rest: [UInt8] = []

  mutating func take(_ chunk: [UInt8]) throws(KubernetesError) -> [[UInt8]] {
    var lines: [[UInt8]] = []
    var start = chunk.startIndex
    while let end = chunk[start...].firstIndex(of: 0x0a) {
      if rest.isEmpty {
        lines.append(Array(chunk[start..<end]))
      } else {
        lines.append(rest + chunk[start..<end])
        rest = []
      }
      start = end + 1
    }
    rest += chunk[start...]
    guard rest.count <= Self.longest else {
      throw KubernetesError(.decoding, "a watch line exceeds \(Self.longest) bytes")
    }
    return lines.filter { !$0.isEmpty }
  }

  private struct Head: Decodable {
    var type: String
  }
  private struct Line<Object: Resource>: Decodable {
    var object: Object
  }
  private struct Bookmark: Decodable {
    struct Object: Decodable {
      var metadata: ObjectMeta
    }
    var object: Object
  }
  private struct Failure: Decodable {
    var object: APIStatus
  }

  /// Nil for an event of a kind that is not known: newer servers may have more.
  static func decode<Object: Resource>(
    _ type: Object.Type,
    _ line: [UInt8],
    what: String
  ) throws(KubernetesError) -> WatchEvent<Object>? {
    switch try KubernetesClient.decode(Head.self, line, what: what).type {
    case "ADDED": return .added(try KubernetesClient.decode(Line<Object>.self, line, what: what).object)
    case "MODIFIED": return .modified(try KubernetesClient.decode(Line<Object>.self, line, what: what).object)
    case "DELETED": return .deleted(try KubernetesClient.decode(Line<Object>.self, line, what: what).object)
    case "BOOKMARK":
      let metadata = try KubernetesClient.decode(Bookmark.self, line, what: what).object.metadata
      return .bookmark(
        resourceVersion: metadata.resourceVersion ?? "",
        initialEventsEnd: metadata.annotations?["k8s.io/initial-events-end"] == "true"
      )
    case "ERROR":
      let status = try KubernetesClient.decode(Failure.self, line, what: what).object
      return .error(KubernetesError.from(status, code: status.code ?? 500, what: what))
    default: return nil
    }
  }
}
