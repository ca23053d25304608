import Cloud
import Foundations
import HTTPTransport
import HTTPTransportTesting
import TestSupport
import Testing

@testable import GoogleCloud

@Suite struct GoogleCredentialSourceTests {
  private let time = VirtualTimeSource()

  private func message(secret: [String: [UInt8]]) -> String {
    do throws(CloudError) {
      _ = try GoogleCredentialSource(secret: secret)
      return ""
    } catch { return error.message }
  }

  @Test func aSecretMayNotNameFilesOrAddresses() {
    #expect(message(secret: [:]) == "the Secret lacks key.json")
    #expect(message(secret: ["key.json": Array("[]".utf8)]) == "key.json is not a credential file: JSON with a type")
    let external = TestKeys.file(type: "external_account")
    #expect(message(secret: ["key.json": external]).hasSuffix("only service_account is allowed"))
    for url in ["https://evil.example/token", "http://oauth2.googleapis.com/token", "https://xgoogleapis.com/"] {
      #expect(message(secret: ["key.json": TestKeys.file(tokenURL: url)]).hasPrefix("token_uri in key.json is not"))
    }
    #expect(message(secret: ["key.json": TestKeys.file()]) == "")
  }

  @Test func withoutAFileTheMetadataServerIsAsked() async throws {
    let server = InMemoryTransport { request in
      guard request.headers["Metadata-Flavor"] == "Google" else { return .whole(.json("", status: 403)) }
      return .whole(.json(#"{"access_token":"m-1","expires_in":3599,"token_type":"Bearer"}"#))
    }
    let source = try GoogleCredentialSource(environment: ["GCE_METADATA_HOST": "127.0.0.1:9"])
    #expect(try await source.tokens(over: server, time: time).credentials() == "m-1")
    let url = "http://127.0.0.1:9/computeMetadata/v1/instance/service-accounts/default/token"
    #expect(server.requests.map(\.url) == [url])
  }

  @Test func theMetadataServerKnowsTheProject() async throws {
    let server = InMemoryTransport { _ in .whole(.json("demo-1")) }
    #expect(try await MetadataServer(transport: server, time: time).projectID() == "demo-1")
    #expect(server.requests.first?.url == "http://metadata.google.internal/computeMetadata/v1/project/project-id")
  }

  private static let federation = #"""
    {"type":"external_account","audience":"//iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/p",
    "subject_token_type":"urn:ietf:params:oauth:token-type:jwt","token_url":"https://sts.googleapis.com/v1/token",
    "credential_source":{"file":"/var/run/token"},
    "service_account_impersonation_url":"https://iamcredentials.googleapis.com/v1/x:generateAccessToken"}
    """#

  @Test func aFederatedTokenIsExchangedAndImpersonates() async throws {
    let subject = Locked("first\n")
    let server = InMemoryTransport { request in
      request.url.hasPrefix("https://sts")
        ? .whole(.json(#"{"access_token":"federated","expires_in":3600}"#))
        : .whole(.json(#"{"accessToken":"impersonated","expireTime":"2026-01-01T01:00:00Z"}"#))
    }
    let source = try GoogleCredentialSource(environment: ["GOOGLE_APPLICATION_CREDENTIALS": "/etc/adc.json"]) { path in
      Array((path == "/etc/adc.json" ? Self.federation : subject.withLock { $0 }).utf8)
    }
    let tokens = source.tokens(over: server, time: time)
    #expect(try await tokens.credentials() == "impersonated")
    let form = String(decoding: server.requests.first?.body ?? [], as: UTF8.self)
    #expect(form.contains("subject_token=first&subject_token_type=urn%3Aietf%3Aparams%3Aoauth%3Atoken-type%3Ajwt"))
    #expect(server.requests.last?.headers["Authorization"] == "Bearer federated")

    subject.withLock { $0 = "second" }
    time.advance(by: .seconds(3600 - 225))
    #expect(try await tokens.credentials() == "impersonated")
    #expect(String(decoding: server.requests[2].body ?? [], as: UTF8.self).contains("subject_token=second&"))
  }

  @Test(arguments: [
    (#"{"file":"/missing"}"#, "/missing cannot be read"), (#"{"executable":{}}"#, "neither a file nor a url"),
    (#"{"file":"/empty"}"#, "/empty holds no subject token"),
    (#"{"file":"/json","format":{"type":"json","subject_token_field_name":"none"}}"#, "/json holds no subject token"),
  ])
  func aSourceWithoutATokenIsNamed(json: String, words: String) async throws {
    let file = Self.federation.split(separator: "\n").map(String.init)
      .map { $0.hasPrefix(#""credential_source""#) ? #""credential_source":\#(json),"# : $0 }.joined()
    let source = try GoogleCredentialSource(environment: ["GOOGLE_APPLICATION_CREDENTIALS": "/adc"]) { path in
      switch path {
      case "/adc": Array(file.utf8)
      case "/empty": []
      case "/json": Array(#"{"id_token":"x","n":1}"#.utf8)
      default: nil
      }
    }
    let tokens = source.tokens(over: InMemoryTransport { _ in .whole(.json("{}")) }, time: time)
    let error = await #expect(throws: CloudError.self) { try await tokens.credentials() }
    #expect(error?.kind == .unauthenticated && error?.message.contains(words) == true)
  }

  @Test func aSubjectTokenMayComeFromAURLAsJSON() async throws {
    let json =
      #"{"url":"http://127.0.0.1/t","headers":{"X":"1"},"format":{"type":"json","subject_token_field_name":"v"}}"#
    let file = Self.federation.split(separator: "\n").map(String.init)
      .map { $0.hasPrefix(#""credential_source""#) ? #""credential_source":\#(json)}"# : $0 }.dropLast().joined()
    let server = InMemoryTransport { request in
      request.method == "GET"
        ? .whole(.json(#"{"v":"from-url","n":1}"#)) : .whole(.json(#"{"access_token":"f","expires_in":60}"#))
    }
    let source = try GoogleCredentialSource(environment: ["GOOGLE_APPLICATION_CREDENTIALS": "/adc"]) { _ in
      Array(file.utf8)
    }
    #expect(try await source.tokens(over: server, time: time).credentials() == "f")
    #expect(server.requests.first?.headers["X"] == "1")
  }

  /// The type of another kind of credentials is worth naming; any other text there is content of a Secret.
  @Test func aRefusedSecretNamesOnlyTypesOfGoogles() {
    func message(_ file: String) -> String {
      do throws(CloudError) {
        _ = try GoogleCredentialSource(secret: ["key.json": Array(file.utf8)])
        return ""
      } catch {
        return "\(error)"
      }
    }
    #expect(message(#"{"type":"external_account"}"#).contains("of type external_account"))
    let templates = [
      "§", #"{"type":"§"}"#, #"{"type":"service_account","§":"§"}"#, #"{"type":{"§":1}}"#,
      #"{"type":"service_account","client_email":"§","private_key":1}"#,
      #"{"type":"service_account","client_email":"a@b","private_key":"§","token_uri":"§"}"#,
      #"{"type":"service_account","client_email":"a@b","private_key":"k","token_uri":"https://§.example/"}"#,
    ]
    for template in templates {
      for secret in SecretShapes.samples {
        let text = message(template.replacing("§", with: secret))
        #expect(!text.isEmpty, "\(template)")
        #expect(SecretShapes.leak(of: secret, in: text) == nil, "\(text)")
      }
    }
  }
}
