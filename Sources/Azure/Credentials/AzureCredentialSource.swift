public import Cloud

/// A credential and the subscription that it is used in.
public struct AzureCredentialSource: Sendable, Hashable {
  public var credential: AzureCredential
  public var subscriptionID: String
  /// From `AZURE_AUTHORITY_HOST`; nil: the cloud's own.
  public var authority: String?

  public init(credential: AzureCredential, subscriptionID: String, authority: String? = nil) {
    self.credential = credential
    self.subscriptionID = subscriptionID
    self.authority = authority
  }

  /// Reads a Secret's data: `tenantId`, `clientId`, `clientSecret`, and `subscriptionId` unless that is given.
  ///
  /// A Secret without `clientSecret` does not fall back on the pod's own identity. Otherwise anybody who may write a
  /// Secret could use, by its client id, any application that trusts the pod.
  /// - Parameter subscriptionID: replaces the Secret's.
  public init(secretData: [String: [UInt8]], subscriptionID given: String? = nil) throws(CloudError) {
    let tenant = try Self.required("tenantId", in: secretData)
    let client = try Self.required("clientId", in: secretData)
    let secret = try Self.required("clientSecret", in: secretData, isName: false)
    if let given {
      guard Self.isName(given) else { throw Self.missing("subscription id", in: "what was asked for") }
      subscriptionID = given
    } else {
      subscriptionID = try Self.required("subscriptionId", in: secretData)
    }
    credential = .clientSecret(tenantID: tenant, clientID: client, secret: SecretText(secret))
  }

  /// Reads the process's environment, as Azure's own SDKs do:
  ///
  ///     AZURE_FEDERATED_TOKEN_FILE   workload identity, with AZURE_TENANT_ID and AZURE_CLIENT_ID
  ///     AZURE_CLIENT_SECRET          client secret, with AZURE_TENANT_ID and AZURE_CLIENT_ID
  ///     neither                      managed identity, of AZURE_CLIENT_ID if that is set
  ///
  /// - Parameters:
  ///   - subscriptionID: used if AZURE_SUBSCRIPTION_ID is not set.
  ///   - allowsMetadata: whether a managed identity may be used, which every program on the node has.
  public init(
    environment: [String: String],
    subscriptionID: String? = nil,
    allowsMetadata: Bool = true
  ) throws(CloudError) {
    func value(_ name: String) -> String? { environment[name].flatMap { $0.isEmpty ? nil : $0 } }
    func required(_ name: String) throws(CloudError) -> String {
      guard let text = value(name), Self.isName(text) else { throw Self.missing(name, in: "the environment") }
      return text
    }
    guard let subscription = subscriptionID ?? value("AZURE_SUBSCRIPTION_ID"), Self.isName(subscription) else {
      throw Self.missing("AZURE_SUBSCRIPTION_ID", in: "the environment")
    }
    self.subscriptionID = subscription
    authority = value("AZURE_AUTHORITY_HOST")
    if let file = value("AZURE_FEDERATED_TOKEN_FILE") {
      credential = .workloadIdentity(
        tenantID: try required("AZURE_TENANT_ID"),
        clientID: try required("AZURE_CLIENT_ID"),
        tokenFile: file
      )
    } else if let secret = value("AZURE_CLIENT_SECRET") {
      credential = .clientSecret(
        tenantID: try required("AZURE_TENANT_ID"),
        clientID: try required("AZURE_CLIENT_ID"),
        secret: SecretText(secret)
      )
    } else {
      guard allowsMetadata else {
        throw CloudError(
          .unauthenticated,
          operation: "credentials",
          message:
            "the operator has no identity of its own in Azure (workload identity, or AZURE_CLIENT_SECRET), and may not "
            + "use that of its node (--node-cloud-identity)"
        )
      }
      credential = .managedIdentity(clientID: value("AZURE_CLIENT_ID"))
    }
  }

  private static func required(
    _ key: String,
    in data: [String: [UInt8]],
    isName mustBeName: Bool = true
  ) throws(CloudError) -> String {
    guard let bytes = data[key], let text = String(validating: bytes, as: UTF8.self) else {
      throw missing(key, in: "the Secret")
    }
    let words = text.split(whereSeparator: \.isWhitespace)
    guard words.count == 1, let word = words.first.map(String.init), !mustBeName || isName(word) else {
      throw missing(key, in: "the Secret")
    }
    return word
  }

  /// Whether it is safe in paths of URLs: letters, digits, dots and dashes.
  private static func isName(_ text: String) -> Bool {
    text != "." && text != ".." && !text.isEmpty
      && text.utf8.allSatisfy { byte in
        switch byte {
        case 0x30...0x39, 0x41...0x5a, 0x61...0x7a, 0x2d, 0x2e: true
        default: false
        }
      }
  }

  private static func missing(_ key: String, in place: String) -> CloudError {
    CloudError(.unauthenticated, operation: "token", message: "\(key) is missing in \(place), or unreadable")
  }
}
