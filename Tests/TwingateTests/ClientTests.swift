import Cloud
import FoundationEssentials
import Foundations
import HTTPTransport
import HTTPTransportTesting
import TestSupport
import Testing

@testable import Twingate

@Suite struct ClientTests {
  private func variables(_ request: HTTPRequest?) throws -> JSONValue {
    let body = try JSONDecoder().decode([String: JSONValue].self, from: Data(request?.body ?? []))
    return body["variables"] ?? .null
  }

  @Test func whatStaysIsNotSentAndWhatIsClearedIsNull() async throws {
    let server = Server { _ in .whole(.json(#"{"data":{"result":{"ok":false,"error":"no"}}}"#)) }
    let client = try client(server.transport)
    var change = ResourceChange()
    change.alias = .clear
    change.securityPolicyID = .set("p")
    _ = await failure { () async throws(CloudError) in try await client.updateResource("r", change, lane: .change) }
    #expect(try variables(server.requests.first) == ["id": "r", "alias": .null, "securityPolicyId": "p"])
  }

  @Test func aGrantSaysEverythingOfAGroupAndNothingOfAServiceAccount() async throws {
    let server = Server { _ in .whole(.json(#"{"data":{"result":{"ok":true,"error":null}}}"#)) }
    let client = try client(server.transport)
    let expiry = Timestamp(seconds: 1_800_000_000)
    let grants = [
      AccessGrant("g", expiresAt: expiry, accessPolicy: AccessPolicy(.autoLock, durationSeconds: 3600)),
      AccessGrant("s", .serviceAccount),
    ]
    try await client.grant(grants, on: "r", lane: .change)
    #expect(
      try variables(server.requests.first) == [
        "resourceId": "r",
        "access": [
          [
            "principalId": "g", "securityPolicyId": .null, "expiresAt": .string(expiry.description),
            "accessPolicy": ["mode": "AUTO_LOCK", "durationSeconds": 3600], "approvalMode": .null,
          ], ["principalId": "s"],
        ],
      ]
    )
  }

  @Test(
    arguments: [
      (
        200, #"{"data":{"result":{"ok":false,"error":"A Remote Network with this name already exists"}}}"#,
        .alreadyExists
      ),
      (200, #"{"data":{"result":{"ok":false,"error":null}}}"#, .invalid),
      (200, #"{"data":{"result":{"ok":true,"error":null,"entity":null}}}"#, .malformed),
      (200, #"{"data":{"result":null}}"#, .malformed),
      (200, #"{"data":null,"errors":[{"message":"You do not have permission to perform this action."}]}"#, .forbidden),
      (400, #"{"errors":[{"message":{"id":["Unable to parse global ID"]}}]}"#, .notFound),
      (400, "bad", .invalid), (200, "<html>maintenance</html>", .malformed), (401, "{}", .unauthenticated),
      (403, "{}", .forbidden), (404, "<html>", .malformed), (429, "{}", .throttled), (500, "{}", .unavailable),
    ] as [(Int, String, CloudError.Kind)]
  )
  func errorsOfAllLayersHaveAKind(status: Int, body: String, kind: CloudError.Kind) async throws {
    let server = Server { _ in .whole(.json(body, status: status)) }
    let client = try client(server.transport)
    let error = await failure { () async throws(CloudError) in
      try await client.createRemoteNetwork("production", location: .other, lane: .change)
    }
    #expect(error?.kind == kind && error?.operation == "remoteNetworkCreate", "\(String(describing: error))")
    #expect(server.requests.count == 1, "a mutation is sent once")
  }

  @Test func aMutationWhoseAnswerIsLostIsNotRepeated() async throws {
    let server = Server { _ in .failure(TransportError(.reset, "reset", mayHaveBeenProcessed: true)) }
    let client = try client(server.transport)
    let error = await failure { () async throws(CloudError) in
      try await client.createConnector("c", in: "n", notifiesWhenOffline: true, lane: .change)
    }
    #expect(error?.kind == .transport && error?.mayHaveBeenProcessed == true && server.requests.count == 1)
    #expect(server.requests.first?.isIdempotent == false)
  }

  @Test func aQueryIsRepeatedAndCountsEachTime() async throws {
    let time = VirtualTimeSource()
    let server = Server { _ in .whole(.json("{}", status: 502)) }
    let client = try client(server.transport, time: time, budget: TwingateBudget(reads: 3, time: time))
    let task = Task { await failure { () async throws(CloudError) in try await client.connectors(lane: .look) } }
    #expect(await finishing(task, on: time)?.kind == .unavailable)
    #expect(server.requests.count == 3)
    let error = await failure { () async throws(CloudError) in try await client.connectors(lane: .look) }
    #expect(error?.kind == .throttled && server.requests.count == 3)
  }

  @Test func pagesWithoutEndAreRefused() async throws {
    let server = Server { _ in
      .whole(.json(#"{"data":{"result":{"pageInfo":{"hasNextPage":true,"endCursor":"c"},"edges":[]}}}"#))
    }
    let client = try client(server.transport)
    let error = await failure { () async throws(CloudError) in try await client.connectors(lane: .look) }
    #expect(error?.kind == .malformed && server.requests.count == 2)
  }

  @Test func aStateThatIsNewIsNoError() async throws {
    let server = Server { _ in
      .whole(
        .json(
          #"""
          {"data":{"result":{"pageInfo":{"hasNextPage":false},"edges":[{"node":{"id":"c","name":"n","state":"ASLEEP",
          "remoteNetwork":{"id":"r"},"hasStatusNotificationsEnabled":true}}]}}}
          """#
        )
      )
    }
    let connectors = try await client(server.transport).connectors(lane: .look)
    #expect(connectors.map(\.state.rawValue) == ["ASLEEP"])
  }

  @Test(arguments: [(200, TokenCheck.valid), (401, .refused)])
  func tokensAreCheckedWithoutTheKey(status: Int, expected: TokenCheck) async throws {
    let server = Server { _ in .whole(.json("{}", status: status)) }
    let pair = ConnectorTokens(access: SecretText("access"), refresh: SecretText("refresh"))
    #expect(await (try client(server.transport)).check(pair, lane: .look) == expected)
    let request = try #require(server.requests.first)
    #expect(request.url == "https://\(shardHost)/api/v4/connector/validate_tokens")
    #expect(request.headers["X-API-KEY"] == nil && request.headers["Authorization"] == "Bearer access")
  }

  @Test(arguments: [429, 500, 404, 302])
  func anythingElseSaysNothingOfTokens(status: Int) async throws {
    let server = Server { _ in .whole(.json("{}", status: status)) }
    let pair = ConnectorTokens(access: SecretText("access"), refresh: SecretText("refresh"))
    guard case .unknown = await (try client(server.transport)).check(pair, lane: .look) else {
      Issue.record("status \(status) is taken as an answer")
      return
    }
  }
}

@Suite struct SecrecyTests {
  @Test func noSecretIsInAnErrorOrADescription() async throws {
    for secret in SecretShapes.samples {
      let key = SecretText(secret)
      let said = TwingateErrors.text("API key \(secret) is not valid", hiding: key)
      #expect(SecretShapes.leak(of: secret, in: said) == nil || secret.contains { $0.isWhitespace }, "\(said)")
      let tokens = ConnectorTokens(access: key, refresh: key)
      #expect(SecretShapes.leak(of: secret, in: "\(tokens) \(String(reflecting: tokens)) \(key)") == nil)
      var dumped = ""
      dump(tokens, to: &dumped)
      #expect(SecretShapes.leak(of: secret, in: dumped) == nil)
    }
  }

  @Test func anAnswerThatIsNotUnderstoodIsNotQuoted() async throws {
    let body = #"{"data":{"result":{"ok":true,"connectorTokens":{"accessToken":"eyJsecretsecret","refreshToken":7}}}}"#
    let server = Server { _ in .whole(.json(body)) }
    let client = try client(server.transport)
    let error = await failure { () async throws(CloudError) in try await client.generateTokens("c", lane: .change) }
    #expect(error?.kind == .malformed)
    #expect(SecretShapes.leak(of: "eyJsecretsecret", in: "\(String(describing: error))") == nil)
  }

  @Test func theClientShowsNoKey() throws {
    let client = try client(Server { _ in .whole(.json("{}")) }.transport)
    var dumped = ""
    dump(client, to: &dumped)
    #expect(!dumped.contains(apiKey.value) && !"\(client)".contains(apiKey.value))
  }
}

@Suite struct PortsTests {
  @Test(
    arguments: [
      ([443...443, 80...80, 81...81], [80...81, 443...443]), ([1...10, 5...7], [1...10]), ([], []),
      ([65535...65535, 65534...65534], [65534...65535]), ([80...90, 91...100, 85...95], [80...100]),
    ] as [([ClosedRange<UInt16>], [ClosedRange<UInt16>])]
  )
  func portsAreKeptAsTwingateKeepsThem(given: [ClosedRange<UInt16>], kept: [ClosedRange<UInt16>]) {
    #expect(Ports(given).ranges == kept)
  }
}
