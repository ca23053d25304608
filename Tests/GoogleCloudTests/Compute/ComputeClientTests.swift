import Cloud
import Foundations
import HTTPTransport
import HTTPTransportTesting
import Testing

@testable import GoogleCloud

@Suite struct ComputeClientTests {
  private static let running = HTTPResponse.json(#"{"name":"operation-1","status":"RUNNING","operationType":"insert"}"#)
  private let id = RequestID(["test"])

  private func failure(_ body: () async throws -> Void) async -> CloudError? {
    do {
      try await body()
      return nil
    } catch { return error as? CloudError }
  }

  @Test(arguments: [
    (400, "resourceInUseByAnotherResource", CloudError.Kind.inUse), (400, "resourceNotReady", .conflict),
    (400, "invalid", .invalid), (401, "authError", .unauthenticated), (403, "rateLimitExceeded", .throttled),
    (403, "quotaExceeded", .quota), (403, "forbidden", .forbidden), (404, "notFound", .notFound),
    (409, "alreadyExists", .alreadyExists), (409, "resourceInUse", .conflict), (412, "conditionNotMet", .conflict),
    (429, "x", .throttled), (503, "backendError", .unavailable),
  ])
  func errorsHaveTheKindOfTheirMeaning(status: Int, reason: String, kind: CloudError.Kind) async {
    let client = TestClient { _ in .failure(status, reason) }
    let error = await failure { _ = try await client.compute.list(Firewall.self, region: "r") }
    #expect(error?.kind == kind && error?.code == reason)
    #expect(error?.operation == "compute.firewalls.list")
  }

  @Test func aMissingPermissionIsTheOneThatTheMessageNames() async {
    let client = TestClient { _ in
      .failure(403, "forbidden", "Required 'compute.networks.updatePolicy' permission for 'projects/demo'")
    }
    let error = await failure {
      _ = try await client.compute.insert(Firewall(name: "f"), region: "r", requestID: id)
    }
    #expect(error?.operation == "compute.networks.updatePolicy")
  }

  @Test(arguments: ["", "<html>502</html>", "[]", #"{"error":7}"#, "{\"error\":{\"message\":\"a\\r\\nb\"}}"])
  func anErrorWithoutGooglesBodyIsStillAnError(body: String) async {
    let client = TestClient { _ in .json(body, status: 404 + 6) }
    let error = await failure { _ = try await client.compute.list(Network.self, region: "r") }
    #expect(error?.kind == .invalid)
    #expect(error?.message.contains("\n") == false)
  }

  @Test func pagesAreReadToTheEnd() async throws {
    let client = TestClient { request in
      request.url.contains("pageToken=p%2F2")
        ? .json(#"{"items":[{"name":"c"}]}"#) : .json(#"{"items":[{"name":"a"},{"name":"b"}],"nextPageToken":"p/2"}"#)
    }
    let names = try await client.compute.list(Subnetwork.self, region: "r", filter: "name = x").map(\.name)
    #expect(names == ["a", "b", "c"])
    #expect(
      client.lines[0] == "GET /compute/v1/projects/demo/regions/r/subnetworks?maxResults=500&filter=name%20%3D%20x"
    )
  }

  @Test func aListThatDoesNotEndIsMalformed() async {
    let client = TestClient { _ in .json(#"{"items":[],"nextPageToken":"again"}"#) }
    let error = await failure { _ = try await client.compute.list(Network.self, region: "r") }
    #expect(error?.kind == .malformed && client.server.requests.count == 2)
  }

  @Test func anAggregatedListIsFlattenedInOrderOfItsScopes() async throws {
    let client = TestClient { _ in
      .json(
        #"""
        {"items":{"zones/b":{"instances":[{"name":"b","id":"2"}]},"zones/a":{"instances":[{"name":"a","id":"1"}]},
        "zones/c":{"warning":{"code":"NO_RESULTS_ON_PAGE"}}}}
        """#
      )
    }
    #expect(try await client.compute.aggregatedList(Instance.self).map(\.name) == ["a", "b"])
  }

  @Test func zonesAreThoseOfTheRegionThatAreUp() async throws {
    let client = TestClient { _ in
      .json(
        #"""
        {"items":[{"name":"eu-b","region":"https://x/regions/eu","status":"UP"},{"name":"eu-a","region":"regions/eu"},
        {"name":"eu-c","region":"regions/eu","status":"DOWN"},{"name":"us-a","region":"regions/us","status":"UP"}]}
        """#
      )
    }
    #expect(try await client.compute.zones(of: "eu") == ["eu-a", "eu-b"])
  }

  @Test func a401IsAnsweredWithANewTokenOnce() async throws {
    let client = TestClient { request in
      request.headers["Authorization"] == "Bearer t-2" ? .json("{}") : .failure(401, "authError")
    }
    #expect(try await client.compute.list(Network.self, region: "r").isEmpty)
    let refusing = TestClient { _ in .failure(401, "authError") }
    let error = await failure { _ = try await refusing.compute.list(Network.self, region: "r") }
    #expect(error?.kind == .unauthenticated && refusing.server.requests.count == 2)
  }

  @Test func aLostAnswerToAnInsertIsAskedForAgainWithTheSameRequestID() async throws {
    let client = TestClient { _ in Self.running }
    client.faults.inject(.loseAnswer)
    let operation = try await client.compute.insert(Network(name: "n"), region: "r", requestID: id)
    #expect(operation.handle.description == "global/operations/operation-1" && !operation.isDone)
    #expect(
      client.lines == Array(repeating: "POST /compute/v1/projects/demo/global/networks?requestId=\(id)", count: 2)
    )
  }

  @Test func throttlingBy403IsWaitedOut() async throws {
    let count = Locked(0)
    let client = TestClient { _ in
      count.withLock { count in
        count += 1
        return count < 3 ? .failure(403, "rateLimitExceeded") : .json("{}")
      }
    }
    #expect(try await client.compute.list(Network.self, region: "r").isEmpty)
    #expect(client.server.requests.count == 3)
  }

  @Test func aCutAnswerAndAHostileOneAreErrors() async {
    let client = TestClient { _ in .json(#"{"items":{"a":1}}"#) }
    #expect(await failure { _ = try await client.compute.list(Network.self, region: "r") }?.kind == .malformed)
    let operation = TestClient { _ in .json("{}") }
    let error = await failure { _ = try await operation.compute.delete(.networks, "n", region: "r", requestID: id) }
    #expect(error?.kind == .malformed && error?.mayHaveBeenProcessed == true)
  }

  @Test func namesCannotLeaveTheirPlaceInThePath() async throws {
    let client = TestClient { _ in .failure(404, "notFound") }
    #expect(try await client.compute.get(Subnetwork.self, "../x?y", region: "r/../s") == nil)
    #expect(client.lines == ["GET /compute/v1/projects/demo/regions/r%2F..%2Fs/subnetworks/..%2Fx%3Fy"])
  }
}
