internal import FoundationEssentials
internal import Foundations
internal import HTTPTransport

/// A watch's body as events: one JSON object a line (metav1.WatchEvent).
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
          guard lines.withLock({ !$0.isInsideLine }) else {
            throw KubernetesError(.transport, "\(what): the stream ended inside an event")
          }
          return nil
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

  /// Nil for an event of a type that is not known: newer servers may have more.
  static func decode(_ line: ArraySlice<UInt8>, what: String) throws(KubernetesError) -> WatchEvent<Object>? {
    let decoded: Line
    do {
      decoded = try KubernetesClient.decoder.decode(Line.self, from: Data(line))
    } catch {
      let name = (try? KubernetesClient.decoder.decode(Named.self, from: Data(line)))?.object.metadata
      let of = name.map { " of \(ObjectKey(namespace: $0.namespace ?? "", name: $0.name ?? ""))" } ?? ""
      throw KubernetesError(.decoding, "\(what): an event\(of) is not understood: \(KubernetesError.words(error))")
    }
    switch decoded.content {
    case .event(let event): return event
    case .failure(let status): return .error(KubernetesError.from(status, code: status.code ?? 500, what: what))
    case .unknown: return nil
    }
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
      case "ADDED": content = .event(.added(try container.decode(Object.self, forKey: .object)))
      case "MODIFIED": content = .event(.modified(try container.decode(Object.self, forKey: .object)))
      case "DELETED": content = .event(.deleted(try container.decode(Object.self, forKey: .object)))
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
  }
  private struct Bookmark: Decodable {
    var metadata: ObjectMeta
  }
  private struct Named: Decodable {
    struct Object: Decodable {
      struct Metadata: Decodable {
        var name: String?
        var namespace: String?
      }
      var metadata: Metadata
    }
    var object: Object
  }
}
