internal import Cloud
internal import CloudLinkerAPI
internal import ControllerRuntime
internal import FoundationEssentials
internal import Foundations
internal import Kubernetes
internal import Twingate

/// The Secrets of an environment in which programs find the keys of service accounts.
///
/// Each Secret is created empty before its key is made: a namespace that accepts no Secret gets no key either. It is
/// created and never applied, so that somebody else's Secret is not taken over.
struct KeySecrets: Sendable {
  /// Holds the UID of the connection.
  static let ownerLabel = "cloudlinker.dev/service-account-key-of"
  static let account = "cloudlinker.dev/twingate-service-account"
  static let keyID = "cloudlinker.dev/twingate-key-id"
  /// The name that Twingate's client for servers expects (`twingate setup --headless`).
  static let file = "service_key.json"
  static let index = "serviceAccountKeyOf"

  enum State: Sendable, Equatable {
    case absent
    /// Nil: it holds no key yet.
    case own(keyID: String?)
    case foreign
  }

  private let connection: VPNConnection
  private let accounts: [TwingateSpec.ServiceAccount]
  /// By the account's name.
  private(set) var states: [String: State] = [:]
  /// Metadata of all Secrets of this connection.
  let own: [ObjectMeta]

  init(_ connection: VPNConnection, _ spec: TwingateSpec, _ cached: Store<PartialMetadata<Secret>>?) {
    self.connection = connection
    accounts = spec.serviceAccounts ?? []
    own = connection.metadata.uid.flatMap { cached?.indexed(Self.index, $0).map(\.metadata) } ?? []
    for account in accounts {
      let key = ObjectKey(namespace: connection.key.namespace, name: account.keySecret)
      states[account.name] = state(of: cached?.get(key)?.metadata, account.name)
    }
  }

  /// - Parameter metadata: nil: the Secret does not exist.
  func state(of metadata: ObjectMeta?, _ account: String) -> State {
    guard let metadata else { return .absent }
    guard metadata.labels?[Self.ownerLabel] == connection.metadata.uid, metadata.annotations?[Self.account] == account
    else { return .foreign }
    return .own(keyID: metadata.annotations?[Self.keyID])
  }

  func key(_ account: String) -> ObjectKey? {
    accounts.first { $0.name == account }.map {
      ObjectKey(namespace: connection.key.namespace, name: $0.keySecret)
    }
  }

  /// - Parameter creation: nil: the Secret gets no key.
  func secret(_ account: String, _ creation: ServiceAccountKeyCreation? = nil) -> Secret? {
    guard let key = key(account) else { return nil }
    var metadata = ObjectMeta(name: key.name, namespace: key.namespace)
    metadata.labels = [
      GatewayLabels.managedBy: GatewayLabels.manager, Self.ownerLabel: connection.metadata.uid ?? "",
    ]
    metadata.annotations = [Self.account: account, GatewayLabels.owner: connection.key.description]
    var secret = Secret(metadata: metadata, type: "Opaque")
    guard let creation else { return secret }
    secret.metadata.annotations?[Self.keyID] = creation.key.id
    secret.data = [Self.file: Data(creation.token.value.utf8).base64EncodedString()]
    return secret
  }

  /// Secrets of accounts that the spec no longer names, and Secrets under an old name once the account's key is in the
  /// new one.
  var stale: [ObjectMeta] {
    own.filter { metadata in
      guard let account = accounts.first(where: { $0.name == metadata.annotations?[Self.account] }) else { return true }
      guard metadata.name != account.keySecret, case .own(.some) = states[account.name] else { return false }
      return true
    }
  }

  static func deletion(of metadata: [ObjectMeta]) -> [GatewayAction] {
    metadata.filter { $0.deletionTimestamp == nil }.map {
      let key = ObjectKey(namespace: $0.namespace ?? "", name: $0.name ?? "")
      return .delete(kind: "Secret", key, uid: $0.uid)
    }
  }

  /// The parts that the cache keeps of a Secret's metadata, apart from name and version.
  static func keep(_ metadata: ObjectMeta, in kept: inout ObjectMeta) {
    guard let owner = metadata.labels?[ownerLabel] else { return }
    (kept.uid, kept.deletionTimestamp) = (metadata.uid, metadata.deletionTimestamp)
    kept.labels = [ownerLabel: owner]
    kept.annotations = metadata.annotations?.filter { [account, keyID].contains($0.key) }
  }
}
