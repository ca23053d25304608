import Azure
import Cloud
import Foundation
import Foundations
import HTTPTransport
import HTTPTransportTesting
import Testing

@Suite struct CredentialTests {
  private static let empty = HTTPResponse.json(#"{"value":[]}"#)

  private func body(_ request: HTTPRequest?) -> String { String(decoding: request?.body ?? [], as: UTF8.self) }

  @Test func aClientSecretIsSentEscapedAndOnlyThere() async throws {
    let transport = Server { _ in Self.empty }.transport
    _ = try await client(transport).virtualNetworks(in: group)
    #expect(transport.requests[0].url == "https://login.microsoftonline.com/tenant/oauth2/v2.0/token")
    #expect(
      body(transport.requests[0])
        == "client_id=client&client_secret=hush%26more&grant_type=client_credentials"
        + "&scope=https%3A%2F%2Fmanagement.azure.com%2F.default"
    )
    #expect(transport.requests[1].headers["Authorization"] == "Bearer t1")
    #expect(!"\(try secretSource())".contains("hush"))
  }

  @Test func aFederatedTokenIsReadForEveryExchange() async throws {
    let file = NSTemporaryDirectory() + "token-\(UUID().uuidString)"
    defer { try? FileManager.default.removeItem(atPath: file) }
    try "one\n".write(toFile: file, atomically: true, encoding: .utf8)
    let source = try AzureCredentialSource(environment: [
      "AZURE_FEDERATED_TOKEN_FILE": file, "AZURE_CLIENT_ID": "c", "AZURE_TENANT_ID": "t",
      "AZURE_SUBSCRIPTION_ID": subscription, "AZURE_AUTHORITY_HOST": "https://login.example/",
    ])
    let time = VirtualTimeSource()
    let transport = Server { _ in Self.empty }.transport
    let client = AzureClient(source, transport: transport, time: time)
    _ = try await client.virtualNetworks(in: group)
    try "two".write(toFile: file, atomically: true, encoding: .utf8)
    time.advance(by: .seconds(3500))
    _ = try await client.virtualNetworks(in: group)
    let exchanges = transport.requests.filter { $0.url.hasPrefix("https://login.example/t/oauth2/v2.0/token") }
    #expect(exchanges.map { body($0).contains("client_assertion=one&") } == [true, false])
    #expect(body(exchanges.last).contains("client_assertion=two&"))
  }

  @Test func aMissingFederatedTokenIsReportedAndNothingIsSent() async throws {
    let source = try AzureCredentialSource(environment: [
      "AZURE_FEDERATED_TOKEN_FILE": "/nowhere/token", "AZURE_CLIENT_ID": "c", "AZURE_TENANT_ID": "t",
      "AZURE_SUBSCRIPTION_ID": subscription,
    ])
    let transport = Server { _ in Self.empty }.transport
    let client = AzureClient(source, transport: transport, time: VirtualTimeSource())
    let error = await failure { () async throws(CloudError) in try await client.virtualNetworks(in: group) }
    #expect(error?.kind == .unauthenticated && error?.message.contains("/nowhere/token") == true)
    #expect(transport.requests.isEmpty)
  }

  @Test func aManagedIdentityIsAskedWithItsHeaderAndPatience() async throws {
    let source = try AzureCredentialSource(environment: ["AZURE_SUBSCRIPTION_ID": subscription, "AZURE_CLIENT_ID": "c"])
    let time = VirtualTimeSource()
    let memory = Server { _ in Self.empty }.transport
    let faults = FaultTransport(memory, time: time)
    faults.inject(.answer(status: 429, retryAfter: "2"), on: { $0.url.contains("169.254") })
    faults.inject(.answer(status: 503), on: { $0.url.contains("169.254") })
    let client = AzureClient(source, transport: faults, time: time)
    let task = Task { await failure { () async throws(CloudError) in try await client.virtualNetworks(in: group) } }
    #expect(await finishing(task, on: time) == nil)
    #expect(faults.injected.count == 2)
    let request = memory.requests[0]
    #expect(request.headers["Metadata"] == "true" && request.method == "GET")
    #expect(
      request.url == "http://169.254.169.254/metadata/identity/oauth2/token?api-version=2018-02-01"
        + "&resource=https%3A%2F%2Fmanagement.azure.com%2F&client_id=c"
    )
  }

  @Test(arguments: ["tenantId", "clientId", "clientSecret", "subscriptionId"])
  func aSecretNeedsEveryKey(key: String) {
    var data = ["tenantId": "a", "clientId": "b", "clientSecret": "c", "subscriptionId": "d"].mapValues {
      Array($0.utf8)
    }
    #expect((try? AzureCredentialSource(secretData: data)) != nil)
    data[key] = nil
    let error = #expect(throws: CloudError.self) { try AzureCredentialSource(secretData: data) }
    #expect(error?.kind == .unauthenticated && error?.message.contains(key) == true)
    data[key] = Array(" \n".utf8)
    #expect(throws: CloudError.self) { try AzureCredentialSource(secretData: data) }
  }

  @Test(arguments: ["../other", "a/b", "a?b", "a b"])
  func anIDCannotLeadElsewhere(text: String) {
    var data = ["tenantId": "a", "clientId": "b", "clientSecret": "c", "subscriptionId": "d"].mapValues {
      Array($0.utf8)
    }
    data["tenantId"] = Array(text.utf8)
    #expect(throws: CloudError.self) { try AzureCredentialSource(secretData: data) }
  }

  @Test func theSubscriptionMayBeSaidElsewhere() throws {
    let data = ["tenantId": "a", "clientId": "b", "clientSecret": "c", "subscriptionId": "d"].mapValues {
      Array($0.utf8)
    }
    #expect(try AzureCredentialSource(secretData: data).subscriptionID == "d")
    #expect(try AzureCredentialSource(secretData: data, subscriptionID: "e").subscriptionID == "e")
    #expect(throws: CloudError.self) { try AzureCredentialSource(secretData: data, subscriptionID: "../e") }
  }
}
