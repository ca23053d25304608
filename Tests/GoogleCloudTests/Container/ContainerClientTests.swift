import Cloud
import Foundations
import HTTPTransport
import HTTPTransportTesting
import Testing

@testable import GoogleCloud

@Suite struct ContainerClientTests {
  private static let membership = "//gkehub.googleapis.com/projects/7/locations/europe-west1/memberships/c"

  private func clients(_ respond: @escaping @Sendable (HTTPRequest) -> HTTPResponse) -> (
    container: ContainerClient, fleet: FleetClient, server: InMemoryTransport
  ) {
    let time = SteppingTime()
    let tokens = CredentialCache(time: time) { CredentialCache.Fetched("t", lifetime: .seconds(3600)) }
    let server = InMemoryTransport { .whole(respond($0)) }
    let budget = RequestBudget(perSecond: 1000, time: time)
    let access = GoogleAccess(tokens: tokens, transport: server, budget: budget, time: time)
    let container = ContainerClient(project: "demo", location: "europe-west1", access: access)
    return (container, FleetClient(access: access), server)
  }

  private func lines(_ server: InMemoryTransport) -> [String] {
    server.requests.map { request in
      let body = request.body.map { " " + String(decoding: $0, as: UTF8.self) } ?? ""
      return "\(request.method) \(request.url)\(body)"
    }
  }

  @Test func aMutationIsAnsweredWithAnOperation() async throws {
    let (container, _, server) = clients { _ in
      .json(#"{"name":"operation-1","operationType":"UPDATE_CLUSTER","status":"PENDING"}"#)
    }
    var update = GKE.ClusterUpdate()
    (update.desiredMasterVersion, update.etag) = ("1.35", "e")
    let operation = try await container.update("c", update)
    #expect(operation.name == "operation-1" && !operation.isDone && operation.failure == nil)
    _ = try await container.setAutoscaling(.init(totalMin: 0, totalMax: 3, locationPolicy: "ANY"), of: "p", in: "c")
    _ = try await container.delete("p", of: "c")
    let place = "https://container.googleapis.com/v1/projects/demo/locations/europe-west1/clusters/c"
    let bounds = #"{"enabled":true,"locationPolicy":"ANY","totalMaxNodeCount":3,"totalMinNodeCount":0}"#
    #expect(
      lines(server) == [
        #"PUT \#(place) {"update":{"desiredMasterVersion":"1.35","etag":"e"}}"#,
        #"POST \#(place)/nodePools/p:setAutoscaling {"autoscaling":\#(bounds)}"#, "DELETE \(place)/nodePools/p",
      ]
    )
  }

  @Test func aFailedOperationSaysWhy() async throws {
    let (container, _, _) = clients { _ in
      .json(
        #"{"name":"o","operationType":"CREATE_CLUSTER","status":"DONE","endTime":"2026-11-26T15:00:00.123456789Z","#
          + #""error":{"code":8,"message":"Insufficient regional quota"}}"#
      )
    }
    let operation = try #require(try await container.operation("o"))
    #expect(operation.failure?.kind == .quota && operation.failure?.message == "Insufficient regional quota")
    #expect(operation.endedAt?.seconds == Timestamp("2026-11-26T15:00:00Z")?.seconds)
  }

  @Test func whatIsNotThereIsNil() async throws {
    let (container, _, _) = clients { _ in .failure(404, "notFound") }
    #expect(try await container.cluster("c") == nil)
    #expect(try await container.operation("o") == nil)
  }

  @Test(arguments: [
    (400, "failedPrecondition", CloudError.Kind.conflict), (409, "aborted", .conflict),
    (409, "alreadyExists", .alreadyExists),
    (400, "badRequest", .invalid), (403, "forbidden", .forbidden),
  ])
  func refusalsHaveTheKindOfTheirMeaning(status: Int, reason: String, kind: CloudError.Kind) async {
    let (container, _, _) = clients { _ in .failure(status, reason) }
    do throws(CloudError) {
      _ = try await container.delete("c")
      Issue.record("nothing was refused")
    } catch {
      #expect(error.kind == kind && error.operation == "container.clusters.delete")
    }
  }

  /// The fleet's API gives no reasons.
  @Test(arguments: [
    (400, "FAILED_PRECONDITION", CloudError.Kind.conflict), (409, "ABORTED", .conflict),
    (409, "ALREADY_EXISTS", .alreadyExists), (400, "INVALID_ARGUMENT", .invalid), (404, "NOT_FOUND", .notFound),
  ])
  func statusesAreReadWhereThereIsNoReason(status: Int, code: String, kind: CloudError.Kind) async {
    let (_, fleet, _) = clients { _ in
      .json(#"{"error":{"code":\#(status),"message":"no","status":"\#(code)"}}"#, status: status)
    }
    do throws(CloudError) {
      try await fleet.delete(Self.membership + "/rbacrolebindings/b")
      Issue.record("nothing was refused")
    } catch {
      #expect(error.kind == kind && error.code == code)
    }
  }

  @Test func bindingsAreThoseOfTheMembershipsProject() async throws {
    let (_, fleet, server) = clients { request in
      guard request.method == "GET" else { return .json(#"{"name":"o"}"#) }
      return request.url.contains("pageToken=2")
        ? .json(#"{"rbacrolebindings":[{"name":"b"}]}"#)
        : .json(#"{"rbacrolebindings":[{"name":"a","role":{"predefinedRole":"VIEW"}}],"nextPageToken":"2"}"#)
    }
    #expect(try await fleet.bindings(of: Self.membership).map(\.name) == ["a", "b"])
    var binding = RoleBinding()
    (binding.user, binding.role) = ("ann@example.com", .init(predefinedRole: "EDIT"))
    try await fleet.create(binding, FleetClient.relative(Self.membership) + "/rbacrolebindings/b")
    try await fleet.patch(binding, Self.membership + "/rbacrolebindings/b", fields: ["role"])
    let place = "https://gkehub.googleapis.com/v1/projects/7/locations/europe-west1/memberships/c/rbacrolebindings"
    let body = #"{"role":{"predefinedRole":"EDIT"},"user":"ann@example.com"}"#
    #expect(
      lines(server).suffix(2) == [
        "POST \(place)?rbacrolebindingId=b \(body)", "PATCH \(place)/b?updateMask=role \(body)",
      ]
    )
  }

  @Test func aNameThatIsNoMembershipsIsRefused() async {
    let (_, fleet, server) = clients { _ in .json("{}") }
    do throws(CloudError) {
      _ = try await fleet.bindings(of: "elsewhere")
      Issue.record("it was asked for")
    } catch {
      #expect(error.kind == .malformed && server.requests.isEmpty)
    }
  }
}
