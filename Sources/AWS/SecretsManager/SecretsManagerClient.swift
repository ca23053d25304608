public import Cloud

/// The part of Secrets Manager that leaves something for a machine to read. This client never reads a value.
public struct SecretsManagerClient: Sendable {
  public static let target = "secretsmanager"
  private let json: JSONClient

  public init(_ service: ServiceClient) { json = JSONClient(service, target: Self.target) }

  public struct Secret: Sendable, Hashable {
    public var name: String
    public var arn: String
    /// The id of the version that readers get: the `version` that it was written with.
    public var version: String?
    public var tags: [String: String]
    public init(name: String, arn: String, version: String?, tags: [String: String] = [:]) {
      self.name = name
      self.arn = arn
      self.version = version
      self.tags = tags
    }
  }

  private struct Tag: Codable {
    var Key: String
    var Value: String
  }

  private static func tags(_ tags: [String: String]) -> [Tag] {
    tags.sorted { $0.key < $1.key }.map { Tag(Key: $0.key, Value: $0.value) }
  }

  /// - Parameter prefix: the prefix of their names. Secrets that are being deleted are not included.
  public func secrets(under prefix: String) async throws(CloudError) -> [Secret] {
    struct Filter: Encodable {
      var Key = "name"
      var Values: [String]
    }
    struct Input: Encodable {
      var Filters: [Filter]
      var MaxResults = 100
      var NextToken: String?
    }
    struct Entry: Decodable {
      var Name: String?
      var ARN: String?
      var Tags: [Tag]?
      var SecretVersionsToStages: [String: [String]]?
    }
    struct Answer: Decodable {
      var SecretList: [Entry]?
      var NextToken: String?
    }
    var found: [Secret] = []
    var tokens = PageTokens("secretsmanager:ListSecrets")
    var input = Input(Filters: [Filter(Values: [prefix])])
    repeat {
      let answer = try await json.call("ListSecrets", input, isIdempotent: true, as: Answer.self)
      for entry in answer.SecretList ?? [] {
        guard let name = entry.Name, name.hasPrefix(prefix) else { continue }
        let version = entry.SecretVersionsToStages?.first { $0.value.contains("AWSCURRENT") }?.key
        let tags = Dictionary((entry.Tags ?? []).map { ($0.Key, $0.Value) }) { $1 }
        found.append(Secret(name: name, arn: entry.ARN ?? "", version: version, tags: tags))
      }
      input.NextToken = try tokens.next(answer.NextToken)
    } while input.NextToken != nil
    return found
  }

  /// - Parameter version: 32 to 64 characters; repeated with the same value, it creates nothing new.
  public func createSecret(
    _ name: String,
    _ value: SecretText,
    version: String,
    description: String,
    tags: [String: String]
  ) async throws(CloudError) {
    struct Input: Encodable {
      var Name: String
      var ClientRequestToken: String
      var Description: String
      var SecretString: String
      var Tags: [Tag]
    }
    let input = Input(
      Name: name,
      ClientRequestToken: version,
      Description: description,
      SecretString: value.value,
      Tags: Self.tags(tags)
    )
    do throws(CloudError) {
      _ = try await json.call("CreateSecret", input, isIdempotent: true, as: JSONClient.Nothing.self)
    } catch {
      throw Self.isStillGoing(error) ? Self.later(error) : error
    }
  }

  public func putValue(_ value: SecretText, version: String, of name: String) async throws(CloudError) {
    struct Input: Encodable {
      var SecretId: String
      var ClientRequestToken: String
      var SecretString: String
    }
    let input = Input(SecretId: name, ClientRequestToken: version, SecretString: value.value)
    _ = try await json.call("PutSecretValue", input, isIdempotent: true, as: JSONClient.Nothing.self)
  }

  /// Deletes a secret at once and for ever. Nobody needs it any more, and during a recovery window its name could not
  /// be used again.
  public func deleteSecret(_ name: String) async throws(CloudError) {
    struct Input: Encodable {
      var SecretId: String
      var ForceDeleteWithoutRecovery = true
    }
    do throws(CloudError) {
      let input = Input(SecretId: name)
      _ = try await json.call("DeleteSecret", input, isIdempotent: true, as: JSONClient.Nothing.self)
    } catch {
      if error.kind != .notFound { throw error }
    }
  }

  /// A name cannot be used for some seconds after its secret was deleted.
  private static func isStillGoing(_ error: CloudError) -> Bool {
    error.code == "InvalidRequestException" && error.message.contains("scheduled for deletion")
  }

  private static func later(_ error: CloudError) -> CloudError {
    var error = error
    error.kind = .conflict
    return error
  }
}
