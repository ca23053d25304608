internal import Cloud
internal import CloudClusters
internal import CloudConnectors
internal import CloudLinkerAPI
internal import CloudNetworks
internal import ControllerRuntime
internal import Foundations
internal import GoogleCloud
internal import HTTPTransport
internal import Kubernetes

/// Creates and keeps the clients of the three clouds. A client holds its tokens. Request budgets are shared.
final class CloudConnector: CloudConnecting {
  /// Everything that a client depends on. A different value needs a different client.
  private struct Identity: Hashable {
    var uid: String?
    var region: String
    var aws: BackboneSpec.AWSOptions?
    var gcp: BackboneSpec.GCPOptions?
    var azure: BackboneSpec.AzureOptions?
    /// A digest, so that credentials are not kept a second time.
    var credentials: String?
    var caller: CloudCaller
  }
  private struct Client {
    var identity: Identity
    var network: CloudNetwork
  }
  let transport: any Transport
  let settings: CloudSettings
  private let registry: MetricsRegistry
  let time: any TimeSource
  private let clients = Locked<[ObjectKey: Client]>([:])
  let accounts = CloudAccounts()

  init(transport: any Transport, settings: CloudSettings, registry: MetricsRegistry, time: any TimeSource) {
    self.transport = transport
    self.settings = settings
    self.registry = registry
    self.time = time
  }

  func connect(
    _ backbone: Backbone,
    credentials: CloudCredentials?,
    as caller: CloudCaller
  ) throws(Refusal) -> CloudNetwork {
    let spec = backbone.spec
    let identity = Identity(
      uid: backbone.metadata.uid,
      region: spec.region,
      aws: spec.aws,
      gcp: spec.gcp,
      azure: spec.azure,
      credentials: credentials?.digest,
      caller: caller
    )
    if let known = clients.withLock({ $0[backbone.key] }), known.identity == identity { return known.network }
    let network: CloudNetwork
    do throws(CloudError) {
      network = try makeNetwork(spec, credentials?.values, caller, account(spec, identity))
    } catch {
      throw Refusal(
        condition: .dependenciesReady,
        reason: credentials == nil ? .cloudIdentityNotAllowed : .secretInvalid,
        message: credentials == nil
          ? "spec.credentialsSecretRef: name a Secret with credentials: \(error.message)"
          : "spec.credentialsSecretRef: \(error)"
      )
    }
    clients.withLock { $0[backbone.key] = Client(identity: identity, network: network) }
    return network
  }

  func forget(_ key: ObjectKey) { clients.withLock { $0[key] = nil } }

  private func account(_ spec: BackboneSpec, _ identity: Identity) -> CloudAccount {
    accounts.account(CloudAccount.Name(spec, credentials: identity.credentials)) {
      let usual = spec.provider == .gcp ? ComputeClient.requestsPerSecond : RequestBudget.requestsPerSecond
      return CloudAccount(requestsPerSecond: settings.requestsPerSecond.map(Double.init) ?? usual, time: time)
    }
  }

  private func makeNetwork(
    _ spec: BackboneSpec,
    _ credentials: [String: [UInt8]]?,
    _ caller: CloudCaller,
    _ account: CloudAccount
  ) throws(CloudError) -> CloudNetwork {
    let provider = spec.provider.rawValue
    let registry = registry
    let counted = CountingTransport(transport) { method, status in
      registry.add(
        "cloudlinker_cloud_requests_total",
        ["code": status == 0 ? "<error>" : "\(status)", "method": method, "provider": provider],
        help: "Requests to the clouds' APIs"
      )
    }
    switch spec.provider {
    case .gcp:
      let clients = try googleCloud(spec, credentials, counted, account.budget)
      var network = CloudNetwork(clients.network, account)
      network.cluster = CloudCluster(clients.cluster)
      network.connectors = clients.connectors
      return network
    case .azure:
      let azure = try azure(spec, credentials, counted, account.budget)
      var network = CloudNetwork(azure, account)
      network.connectors = AzureConnectors(azure)
      network.cluster = CloudCluster(AzureCluster(client: azure.client, time: time))
      return network
    case .aws:
      let service = try aws(spec, credentials, caller, counted, account.budget)
      var network = CloudNetwork(awsNetwork(service, in: spec.region), account)
      network.connectors = awsConnectors(service, in: spec.region)
      network.cluster = CloudCluster(awsCluster(service, in: spec.region))
      return network
    default: throw CloudError(.invalid, operation: "connect", message: "\(provider) is no provider of this operator")
    }
  }
}
