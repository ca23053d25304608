import CloudLinkerAPI
import FoundationEssentials
import Foundations
import Kubernetes
import KubernetesTesting
import Testing

@testable import CloudLinkerCommand

@Suite struct ConnectionLogTests {
  private static let began =
    #"{"time":"2026-11-26T10:00:05.2Z","level":"info","message":"connection began","log":"connections","port":33000}"#
  private static let analytics = #"ANALYTICS {"connection": {"resource_port": 443}, "event_type": "closed_connection"}"#

  private func rig() -> CommandRig {
    var rig = CommandRig()
    rig.server.logs = [
      "gateway-a": """
      2026-11-26T10:00:01.000000001Z 2026-11-26T10:00:00.9Z INFO the tunnel was started
      2026-11-26T10:00:02.000000000Z 2026-11-26T10:00:01.9Z INFO initiating IKE_SA daemon=charon source=ike
      2026-11-26T10:00:05.300000000Z \(Self.began)

      """,
      "connector-0": "2026-11-26T10:00:04.000000000Z \(Self.analytics)\n",
    ]
    rig.memory.put(Objects.connection())
    rig.memory.put(Objects.pod("gateway-a", labels: Objects.gatewayLabels("a")))
    var connector = Objects.gatewayLabels("")
    connector[GatewayLabels.tunnel] = nil
    rig.memory.put(Objects.pod("connector-0", labels: connector))
    rig.memory.put(event("office.1", "VPNConnection", "production/office", "Connected", "2 of 2\nup", seconds: 3))
    rig.memory.put(event("other.1", "VPNConnection", "production/other", "Connected", "of another", seconds: 3))
    rig.memory.put(event("pod.1", "Pod", "cloudlinker-gateways/gateway-a", "Pulled", "the image", seconds: 0, count: 3))
    return rig
  }

  private func event(
    _ name: String,
    _ kind: String,
    _ object: String,
    _ reason: String,
    _ note: String,
    seconds: Int64,
    count: Int? = nil
  ) -> ObservedEvent {
    let parts = object.split(separator: "/").map(String.init)
    let time = Timestamp(seconds: 1_795_687_200 + seconds)  // 2026-11-26T10:00:00Z
    var event = ObservedEvent(metadata: ObjectMeta(name: name, namespace: parts[0]))
    event.regarding = decoded(#"{"kind": "\#(kind)", "namespace": "\#(parts[0])", "name": "\#(parts[1])"}"#)
    event.reason = reason
    event.note = note
    event.type = "Normal"
    // The operator sets the first, kubelets the second.
    if count == nil { event.eventTime = MicroTimestamp(time) } else { event.deprecatedLastTimestamp = time }
    event.deprecatedCount = count
    return event
  }

  @Test func daemonsConnectorsAndEventsAreMergedByTimeAndSayWhoTheyAre() async throws {
    #expect(
      try await rig().run("logs office").text == """
        2026-11-26T10:00:00.000000000Z [event a] Normal Pulled: the image (3 times)
        2026-11-26T10:00:01.000000001Z [a] INFO the tunnel was started
        2026-11-26T10:00:02.000000000Z [a charon] INFO initiating IKE_SA daemon=charon source=ike
        2026-11-26T10:00:03.000000000Z [event] Normal Connected: 2 of 2 up
        2026-11-26T10:00:04.000000000Z [connector-0] \(Self.analytics)
        2026-11-26T10:00:05.300000000Z [a connections] \(Self.began)

        """
    )
  }

  @Test func programsGetAnObjectOnEachLine() async throws {
    let lines = try await rig().run("logs office --output json").text.split(separator: "\n")
    let objects = try lines.map { try JSONDecoder().decode([String: JSONValue].self, from: Data($0.utf8)) }
    #expect(objects.count == 6)
    #expect(objects[2]["source"] == "a charon")
    #expect(objects[2]["data"] == nil)
    #expect(objects[4]["source"] == "connector-0")
    #expect(objects[4]["data"] == ["connection": ["resource_port": 443], "event_type": "closed_connection"])
    #expect(objects[5]["time"] == "2026-11-26T10:00:05.300000000Z")
  }

  @Test func aTunnelHasItsOwnEventsAndTheConnections() async throws {
    let text = try await rig().run("logs office --tunnel a").text
    #expect(text.contains("[event a]") && text.contains("[event] Normal Connected"))
    #expect(!text.contains("connector-0"))
  }

  @Test func whoMayNotReadThePodsStillGetsTheEvents() async throws {
    let rig = rig()
    rig.memory.setFault { call in
      call.hasPrefix("list Pod") ? KubernetesError(.forbidden, status: 403, "pods is forbidden") : nil
    }
    #expect(
      try await rig.run("logs office").text == "2026-11-26T10:00:03.000000000Z [event] Normal Connected: 2 of 2 up\n"
    )
    #expect(rig.told.withLock { $0 } == ["pods is forbidden"])
  }

  @Test func aLineOfAnyShapeStaysOneLine() {
    for (line, source, message) in [
      ("2026-11-26T10:00:00Z {not json", "a", "{not json"), ("2026-11-26T10:00:00Z ", "a", ""),
      ("2026-11-26T10:00:00Z", "a", ""),
      (#"2026-11-26T10:00:00Z {"daemon":"openvpn"}"#, "a openvpn", #"{"daemon":"openvpn"}"#),
      ("2026-11-26T10:00:00Z ANALYTICS no", "a", "ANALYTICS no"),
    ] {
      let read = LogLine(line[...], of: "a")
      #expect(read.time == "2026-11-26T10:00:00Z")
      #expect(read.source == source)
      #expect(read.message == message)
    }
  }
}
