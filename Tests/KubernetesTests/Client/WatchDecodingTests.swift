import HTTPTransport
import Testing

@testable import Kubernetes

@Suite struct WatchDecodingTests {
  static let text = """
    {"type":"ADDED","object":{"metadata":{"name":"ä","resourceVersion":"1","managedFields":[{"manager":"x"}]}}}
    {"object":{"metadata":{"name":"a"},"spec":{"size":2}},"type":"MODIFIED"}

    {"type":"BOOKMARK","object":{"metadata":{"resourceVersion":"7","annotations":{"k8s.io/initial-events-end":"true"}}}}
    {"type":"BOOKMARK","object":{"kind":"Widget","metadata":{"resourceVersion":"8","creationTimestamp":null}}}
    {"type":"SHINY","object":5}
    {"type":"DELETED","object":{"metadata":{"name":"a"}}}
    {"type":"ERROR","object":{"kind":"Status","code":410,"reason":"Expired","message":"too old"}}

    """

  /// Events, in words.
  func events(_ chunks: [[UInt8]]) async throws -> [String] {
    let client = KubernetesClient(ScriptedTransport([.chunks(chunks)]))
    let stream = try await client.watch(Widget.self, Scope(), WatchOptions(resourceVersion: "1"))
    var words: [String] = []
    while let batch = try await stream.next() {
      #expect(!batch.isEmpty)
      for event in batch {
        switch event {
        case .added(let object): words.append("added \(object.key)")
        case .modified(let object): words.append("modified \(object.key) \(object.spec?.size ?? 0)")
        case .deleted(let object): words.append("deleted \(object.key)")
        case .bookmark(let version, let end): words.append("bookmark \(version) \(end)")
        case .undecodable(let object, let isDeleted):
          words.append("undecodable \(object.key) \(isDeleted) at \(object.resourceVersion): \(object.reason)")
        case .error(let error):
          words.append("error \(error.kind) \(error.status)" + (error.retryAfter.map { " after \($0)" } ?? ""))
        }
      }
    }
    return words
  }
  let expected = [
    "added ä", "modified a 2", "bookmark 7 true", "bookmark 8 false", "deleted a", "error gone 410",
  ]

  @Test func whereverTheBytesAreCut() async throws {
    let bytes = Array(Self.text.utf8)
    #expect(try await events([bytes]) == expected)
    #expect(try await events(bytes.map { [$0] }) == expected)
    for cut in 0...bytes.count {
      let words = try await events([Array(bytes[..<cut]), Array(bytes[cut...])])
      #expect(words == expected, "cut at \(cut)")
    }
  }

  @Test func linesAreTheSameForAnyChunks() throws {
    let bytes = Array("a\n\nbc\r\n\nd".utf8)
    for size in 1...bytes.count {
      var lines = WatchLines()
      var found: [String] = []
      for start in stride(from: 0, to: bytes.count, by: size) {
        let chunk = Array(bytes[start..<min(start + size, bytes.count)])
        found += try lines.take(chunk).map { String(decoding: $0, as: UTF8.self) }
      }
      #expect(found == ["a", "bc\r"])
      #expect(String(decoding: lines.takeRest(), as: UTF8.self) == "d")
    }
  }

  @Test func aLineIsNotKeptWithoutEnd() throws {
    var lines = WatchLines(longest: 10)
    #expect(try lines.take(Array("0123456789".utf8)).isEmpty)
    #expect(throws: KubernetesError.self) { try lines.take(Array("x".utf8)) }
  }

  @Test func anEndInsideAnEventIsNoRegularEnd() async throws {
    let error = await #expect(throws: KubernetesError.self) { try await events([Array(#"{"type":"ADD"#.utf8)]) }
    #expect(error?.kind == .transport)
  }

  @Test func aSilentStreamIsATransportError() async throws {
    let silence = TransportError(.idle, "silent for 75 s", mayHaveBeenProcessed: true)
    let client = KubernetesClient(ScriptedTransport([.chunks([], silence)]))
    let stream = try await client.watch(Widget.self, Scope(), WatchOptions(resourceVersion: "1"))
    let error = await #expect(throws: KubernetesError.self) { try await stream.next() }
    #expect(error?.kind == .transport)
    #expect(error?.message == "watch widgets: silent for 75 s")
  }

  @Test func anObjectThatIsNotUnderstoodIsNamedAndTheWatchGoesOn() async throws {
    let text = """
      {"type":"ADDED","object":{"metadata":{"name":"a","namespace":"team","resourceVersion":"4"},"spec":{"size":"big"}}}
      {"type":"MODIFIED","object":{"metadata":{"name":"b","generation":"x"}}}
      {"type":"ADDED","object":{"metadata":{"name":"c"}}}
      {"object":{"metadata":{"name":"a","resourceVersion":"5"},"spec":7},"type":"DELETED"}

      """
    #expect(
      try await events([Array(text.utf8)]) == [
        "undecodable team/a false at 4: spec.size has another type",
        "undecodable b false at : metadata.generation has another type", "added c",
        "undecodable a true at 5: spec has another type",
      ]
    )
  }

  @Test(arguments: [#"{"type":"ADDED","object":5}"#, #"{"type":"ADDED","object":{"metadata":{"uid":"u"},"spec":5}}"#])
  func anObjectThatCannotEvenBeNamedEndsTheWatch(_ line: String) async throws {
    let error = await #expect(throws: KubernetesError.self) { try await events([Array("\(line)\n".utf8)]) }
    #expect(error?.kind == .decoding)
    #expect(error?.message.hasPrefix("watch widgets: an event is not understood: object") == true)
  }

  @Test(arguments: ["\n", ""])
  func aStatusInsteadOfAnEventIsAnErrorOfItsOwnKind(_ end: String) async throws {
    let status =
      #"{"kind":"Status","apiVersion":"v1","metadata":{},"status":"Failure","message":"storage is (re)initializing","#
      + #""reason":"TooManyRequests","details":{"retryAfterSeconds":3},"code":429}"#
    #expect(try await events([Array((status + end).utf8)]) == ["error tooManyRequests 429 after 3.0 seconds"])
  }

  @Test func aRefusedWatchSaysWhy() async throws {
    let body = #"{"kind":"Status","reason":"Expired","message":"too old","code":410}"#
    let client = KubernetesClient(ScriptedTransport([.status(410, body)]))
    let error = await #expect(throws: KubernetesError.self) {
      try await client.watch(Widget.self, Scope(), WatchOptions(resourceVersion: "1"))
    }
    #expect(error?.kind == .gone)
  }

  @Test func anyBytesAreSurvived() {
    let alphabet = Array(#"{"type":"ADDED","object":{"metadata":{"name":null}}}[],0 \u"#.utf8) + [0xff, 0x00]
    for _ in 0..<3000 {
      let line = (0..<Int.random(in: 0...80)).map { _ in alphabet.randomElement() ?? 0 }
      _ = try? WatchDecoding<Widget>.decode(line[...], what: "watch")
    }
  }
}
