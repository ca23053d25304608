internal import Cloud
internal import CloudLinkerAPI
internal import ControllerRuntime
internal import Kubernetes

/// A connection to a Backbone's cloud.
struct BackboneConnection: Sendable {
  var network: CloudNetwork
  /// Nil: the operator's own identity.
  var credentials: CloudCredentials?
}

/// Chooses the credentials for a Backbone's cloud.
///
///     the Backbone   its Secret                    credentials
///     any            is accepted                   those of the Secret
///     not deleted    absent or unusable            none: refused
///     deleted        absent or unusable            the kept copy; without one, refused
///     deleted        refused by the cloud          the kept copy, if it differs
struct BackboneAccess: Sendable {
  let secrets: SecretReader
  let kept: KeptCredentials
  let identities: CloudIdentities
  let clouds: any CloudConnecting

  /// - Parameter isLeaving: whether something in the Backbone is being deleted, which counts like a deletion of the
  ///   Backbone itself.
  /// - Throws: `Refusal` or `KubernetesError`.
  func connect(_ backbone: Backbone, isLeaving: Bool = false) async throws -> BackboneConnection {
    do {
      return try await statedConnection(backbone)
    } catch let refusal as Refusal {
      guard isLeaving || backbone.metadata.deletionTimestamp != nil, let kept = try await keptConnection(backbone)
      else {
        throw refusal
      }
      return kept
    }
  }

  /// Whether the connection leads to another account than the Backbone's network is in. There nothing of what is inside the
  /// network is seen, so that it would be made a second time, or taken for deleted and forgotten.
  static func strangeness(
    of connection: BackboneConnection,
    to backbone: Backbone
  ) async throws(CloudError) -> Refusal? {
    guard let known = backbone.status?.location?.account, let networkID = backbone.status?.networkID,
      let other = try await connection.network.otherAccount(known, networkID)
    else { return nil }
    return Refusal(
      condition: .dependenciesReady,
      reason: .credentialsRefused,
      message:
        "the credentials of Backbone \(backbone.key.name) are of account \(other), but its network is in account \(known): give "
        + "it credentials, or a role, of \(known)"
    )
  }

  /// Checks what an object in the Backbone's cloud, a cluster or a machine, names besides. With credentials of a Secret the
  /// cloud decides; with the operator's own identity, the cluster's owner does.
  /// - Throws: `Refusal` or `KubernetesError`.
  func check(_ references: [CloudReference], in backbone: Backbone) async throws {
    guard backbone.spec.credentialsSecretRef == nil, !references.isEmpty else { return }
    try await identities.check(references, in: backbone)
  }

  /// A connection with the credentials that the spec names.
  private func statedConnection(_ backbone: Backbone) async throws -> BackboneConnection {
    guard let name = backbone.spec.credentialsSecretRef?.name else {
      let lent = try await identities.lend(to: backbone)
      return BackboneConnection(network: try await network(lent, nil))
    }
    guard let content = try await secrets.read([name], for: backbone.key)[name] else {
      throw Refusal(
        condition: .dependenciesReady,
        reason: .secretNotFound,
        message: "spec.credentialsSecretRef.name: there is no Secret \"\(name)\" in this namespace: create it"
      )
    }
    let credentials = CloudCredentials(content, for: backbone.spec.provider)
    return BackboneConnection(network: try await network(backbone, credentials), credentials: credentials)
  }

  private func network(_ backbone: Backbone, _ credentials: CloudCredentials?) async throws -> CloudNetwork {
    try clouds.connect(backbone, credentials: credentials, as: try await identities.caller(for: backbone))
  }

  /// A connection with the credentials that reached the network before.
  /// - Parameter refused: the credentials that the cloud has just refused.
  /// - Returns: nil if no copy is kept, or only of the refused ones.
  func keptConnection(
    _ backbone: Backbone,
    besides refused: CloudCredentials? = nil
  ) async throws -> BackboneConnection? {
    guard let credentials = try await kept.read(of: backbone, for: backbone.spec.provider), credentials != refused
    else {
      return nil
    }
    return BackboneConnection(network: try await network(backbone, credentials), credentials: credentials)
  }
}

extension BackboneAccess {
  init(_ context: KindContext) {
    let settings = context.settings
    let metadata = context.informers.secretMetadata(in: settings.scope)
    secrets = SecretReader(client: context.client, metadata: metadata.store)
    kept = KeptCredentials(client: context.client, namespace: settings.defaults.operatorNamespace)
    identities = CloudIdentities(
      client: context.client,
      settings: settings.clouds,
      operatorNamespace: settings.defaults.operatorNamespace,
      time: context.time
    )
    clouds = CloudConnector(
      transport: context.clouds,
      settings: settings.clouds,
      registry: context.registry,
      time: context.time
    )
  }
}

extension BackboneKind {
  var access: BackboneAccess {
    BackboneAccess(secrets: secrets, kept: kept, identities: identities, clouds: clouds)
  }
}

/// Creates the clients for a Backbone's cloud.
protocol CloudConnecting: Sendable {
  /// - Parameter credentials: nil: the operator's own identity.
  /// - Throws: if the credentials are incomplete; the message names the key.
  func connect(
    _ backbone: Backbone,
    credentials: CloudCredentials?,
    as caller: CloudCaller
  ) throws(Refusal) -> CloudNetwork
  /// Releases the client of a Backbone that no longer exists.
  func forget(_ key: ObjectKey)
}
