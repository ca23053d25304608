internal import FoundationEssentials
internal import Foundations
internal import HTTPTransport

/// Decodes a watch's body: one JSON object in each line (metav1.WatchEvent).
enum WatchDecoding<Object: Resource> {
  static func stream(_ body: HTTPBody, what: String) -> WatchStream<Object> {
    let lines = Locked(WatchLines())
    return WatchStream { () async throws(KubernetesError) -> [WatchEvent<Object>]? in
      while true {
        let chunk: [UInt8]?
        do throws(TransportError) {
          chunk = try await body.next()
        } catch {
          throw KubernetesError(.transport, "\(what): \(error.message)")
        }
        guard let chunk else {
          let rest = lines.withLock { $0.takeRest() }
          guard !rest.isEmpty else { return nil }
          if let status = status(rest, what: what) { return [.error(status)] }
          throw KubernetesError(.transport, "\(what): the stream ended inside an event")
        }
        let events = try lines.withLock { (lines: inout WatchLines) throws(KubernetesError) in
          try decode(lines.take(chunk), what: what)
        }
        if !events.isEmpty { return events }
      }
    }
  }

  static func decode(_ lines: [ArraySlice<UInt8>], what: String) throws(KubernetesError) -> [WatchEvent<Object>] {
    var events: [WatchEvent<Object>] = []
    events.reserveCapacity(lines.count)
    for line in lines {
      if let event = try decode(line, what: what) { events.append(event) }
    }
    return events
  }

  /// Nil for an event of an unknown type, because newer servers may have more.
  static func decode(_ line: ArraySlice<UInt8>, what: String) throws(KubernetesError) -> WatchEvent<Object>? {
    let decoded: Line
    do {
      decoded = try KubernetesClient.decoder.decode(Line.self, from: Data(line))
    } catch {
      if let limited = JSONNesting.limited(line) { return try decode(limited[...], what: what) }
      if let status = status(line, what: what) { return .error(status) }
      throw KubernetesError(.decoding, "\(what): an event is not understood: \(KubernetesError.words(error))")
    }
    switch decoded.content {
    case .event(let event): return event
    case .failure(let status): return .error(KubernetesError.from(status, code: status.code ?? 500, what: what))
    case .unknown: return nil
    }
  }

  /// A Status instead of an event. A server sends it if it gives up after it has accepted the watch, such as 429
  /// "storage is (re)initializing".
  private static func status(_ line: ArraySlice<UInt8>, what: String) -> KubernetesError? {
    guard let bare = try? KubernetesClient.decoder.decode(BareStatus.self, from: Data(line)), bare.kind == "Status",
      let status = try? KubernetesClient.decoder.decode(APIStatus.self, from: Data(line))
    else { return nil }
    return KubernetesError.from(status, code: status.code ?? 500, what: what)
  }
  private struct BareStatus: Decodable {
    var kind: String
  }

  /// `{"type":…,"object":…}`, read in one pass.
  private struct Line: Decodable {
    enum Content {
      case event(WatchEvent<Object>)
      case failure(APIStatus)
      case unknown
    }
    enum Key: String, CodingKey {
      case type, object
    }
    let content: Content

    init(from decoder: any Decoder) throws {
      let container = try decoder.container(keyedBy: Key.self)
      switch try container.decode(String.self, forKey: .type) {
      case "ADDED": content = .event(try Self.event(container, WatchEvent.added))
      case "MODIFIED": content = .event(try Self.event(container, WatchEvent.modified))
      case "DELETED": content = .event(try Self.event(container, WatchEvent.deleted, isDeleted: true))
      case "BOOKMARK":
        let metadata = try container.decode(Bookmark.self, forKey: .object).metadata
        content = .event(
          .bookmark(
            resourceVersion: metadata.resourceVersion ?? "",
            initialEventsEnd: metadata.annotations?["k8s.io/initial-events-end"] == "true"
          )
        )
      case "ERROR": content = .failure(try container.decode(APIStatus.self, forKey: .object))
      default: content = .unknown
      }
    }

    private static func event(
      _ container: KeyedDecodingContainer<Key>,
      _ make: (Object) -> WatchEvent<Object>,
      isDeleted: Bool = false
    ) throws -> WatchEvent<Object> {
      switch try container.decode(DecodedObject<Object>.self, forKey: .object) {
      case .object(let object): make(object)
      case .undecodable(let object): .undecodable(object, isDeleted: isDeleted)
      }
    }
  }
  private struct Bookmark: Decodable {
    var metadata: ObjectMeta
  }
}
