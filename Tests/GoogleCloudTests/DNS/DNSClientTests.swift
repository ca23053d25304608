import Cloud
import Foundations
import HTTPTransport
import HTTPTransportTesting
import Testing

@testable import GoogleCloud

@Suite struct DNSClientTests {
  private static let start = "https://dns.googleapis.com/dns/v1/projects/demo/"

  private func client(_ respond: @escaping @Sendable (HTTPRequest) -> HTTPResponse) -> (DNSClient, InMemoryTransport) {
    let time = SteppingTime()
    let tokens = CredentialCache(time: time) { CredentialCache.Fetched("t", lifetime: .seconds(3600)) }
    let server = InMemoryTransport { .whole(respond($0)) }
    let budget = RequestBudget(perSecond: 1000, time: time)
    let access = GoogleAccess(tokens: tokens, transport: server, budget: budget, time: time)
    return (DNSClient(project: "demo", access: access), server)
  }

  private func lines(_ server: InMemoryTransport) -> [String] {
    server.requests.map { "\($0.method) \($0.url.replacing(Self.start, with: ""))" }
  }

  @Test func listsAreReadToTheirEnd() async throws {
    let (dns, server) = client { request in
      request.url.contains("pageToken=2")
        ? .json(#"{"managedZones":[{"name":"b","dnsName":"pkg.dev."}]}"#)
        : .json(#"{"managedZones":[{"name":"a","dnsName":"gcr.io."}],"nextPageToken":"2"}"#)
    }
    #expect(try await dns.zones().map(\.name) == ["a", "b"])
    #expect(lines(server) == ["GET managedZones", "GET managedZones?pageToken=2"])
  }

  @Test func aListThatDoesNotEndIsMalformed() async {
    let (dns, _) = client { _ in .json(#"{"rrsets":[],"nextPageToken":"1"}"#) }
    do throws(CloudError) {
      _ = try await dns.records(ofZone: "a")
      Issue.record("the list ended")
    } catch {
      #expect(error.kind == .malformed && error.operation == "dns.resourceRecordSets.list")
    }
  }

  @Test func changesAreSentWholeAndADeletionIsAnsweredWithNothing() async throws {
    let (dns, server) = client { request in
      request.method == "DELETE" ? .json("", status: 204) : .json(#"{"status":"pending"}"#)
    }
    let old = RecordSet(name: "gcr.io.", type: "A", ttl: 60, rrdatas: ["192.0.2.1"])
    let new = RecordSet(name: "gcr.io.", type: "A", ttl: 300, rrdatas: ["199.36.153.8"])
    try await dns.inProject("host").change(zone: "z", adding: [new], removing: [old])
    try await dns.deleteZone("z")
    let methods = server.requests.map { $0.method }
    #expect(methods == ["POST", "DELETE"])
    #expect(server.requests[0].url == "https://dns.googleapis.com/dns/v1/projects/host/managedZones/z/changes")
    #expect(
      server.requests[0].body.map { String(decoding: $0, as: UTF8.self) }
        == #"{"additions":[{"name":"gcr.io.","rrdatas":["199.36.153.8"],"ttl":300,"type":"A"}],"#
        + #""deletions":[{"name":"gcr.io.","rrdatas":["192.0.2.1"],"ttl":60,"type":"A"}]}"#
    )
  }

  @Test(arguments: [(400, "containerNotEmpty", CloudError.Kind.inUse), (409, "alreadyExists", .alreadyExists)])
  func refusalsHaveTheKindOfTheirMeaning(status: Int, reason: String, kind: CloudError.Kind) async {
    let (dns, _) = client { _ in .failure(status, reason) }
    do throws(CloudError) {
      try await dns.deleteZone("z")
      Issue.record("nothing was refused")
    } catch {
      #expect(error.kind == kind && error.operation == "dns.managedZones.delete")
    }
  }
}
