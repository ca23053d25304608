internal import AWS
internal import Azure
internal import Cloud
internal import CloudClusters
internal import CloudConnectors
internal import CloudLinkerAPI
internal import CloudNetworks
internal import Foundations
internal import GoogleCloud
internal import HTTPTransport

/// Creates a client for each cloud, with the credentials of the Secret or, without one, the operator's own, within the
/// budget of the account.
extension CloudConnector {
  /// - Returns: a client for EC2 in the region.
  func aws(
    _ spec: BackboneSpec,
    _ secret: [String: [UInt8]]?,
    _ caller: CloudCaller,
    _ transport: any Transport,
    _ budget: RequestBudget
  ) throws(CloudError) -> ServiceClient {
    var surroundings = AWSCredentialSource.Surroundings(
      region: spec.region,
      transport: transport,
      time: time,
      stsURL: settings.endpoint(.sts, in: spec.region)
    )
    var source: AWSCredentialSource
    if let secret {
      surroundings.sessionName = caller.sessionName
      source = try AWSCredentialSource(secret: secret, surroundings)
    } else {
      source = try AWSCredentialSource(
        environment: settings.environment,
        surroundings,
        allowsInstance: settings.allowsNodeIdentity
      )
      surroundings.sessionName = caller.sessionName
    }
    if let role = spec.aws?.assumeRoleARN {
      guard secret != nil || caller.externalID != nil else {
        throw CloudError(
          .unauthenticated,
          operation: "sts:AssumeRole",
          message:
            "the operator may not read the uid of Namespace kube-system, which the external id of spec.aws.assumeRoleARN "
            + "begins with: the cluster's owner must set --cluster-id"
        )
      }
      let trust = caller.externalID.map { "The role must trust the operator with the external id \"\($0)\"" }
      source = source.assuming(role, externalID: caller.externalID, trust: trust, surroundings)
    }
    return ServiceClient(
      endpoint: AWSEndpoint(service: "ec2", region: spec.region, override: settings.endpoint(.ec2, in: spec.region)),
      credentials: source,
      transport: transport,
      budget: budget,
      time: time
    )
  }

  func awsNetwork(_ service: ServiceClient, in region: String) -> AWSNetwork {
    let sts = AWSEndpoint(service: "sts", region: region, override: settings.endpoint(.sts, in: region))
    return AWSNetwork(
      ec2: EC2Client(QueryClient(service, version: EC2Client.version)),
      sts: STSClient(QueryClient(service.at(sts), version: STSClient.version)),
      time: time
    )
  }

  func awsConnectors(_ service: ServiceClient, in region: String) -> AWSConnectors {
    let secrets = settings.endpoint(.secretsManager, in: region)
    return AWSConnectors(
      service,
      iam: .iam(for: region, override: settings.endpoint(.iam, in: region)),
      secrets: AWSEndpoint(service: "secretsmanager", region: region, override: secrets)
    )
  }

  func awsCluster(_ service: ServiceClient, in region: String) -> AWSCluster {
    func at(_ name: String, _ override: CloudSettings.Service) -> ServiceClient {
      service.at(AWSEndpoint(service: name, region: region, override: settings.endpoint(override, in: region)))
    }
    let iam = service.at(.iam(for: region, override: settings.endpoint(.iam, in: region)))
    return AWSCluster(
      eks: EKSClient(at("eks", .eks)),
      ec2: EC2Client(QueryClient(service, version: EC2Client.version)),
      iam: IAMClient(QueryClient(iam, version: IAMClient.version)),
      scaling: AutoScalingClient(QueryClient(at("autoscaling", .autoScaling), version: AutoScalingClient.version)),
      balancers: LoadBalancerClient(at("elasticloadbalancing", .loadBalancing)),
      time: time
    )
  }

  /// - Returns: the network, and the machines of connectors in it.
  func googleCloud(
    _ spec: BackboneSpec,
    _ secret: [String: [UInt8]]?,
    _ transport: any Transport,
    _ budget: RequestBudget
  ) throws(CloudError) -> (network: GoogleCloudNetwork, cluster: GoogleCloudCluster, connectors: GoogleConnectors) {
    let tokenURL = settings.endpoint(.googleToken, in: spec.region)
    let source: GoogleCredentialSource
    if let secret {
      source = try GoogleCredentialSource(secret: secret, tokenURL: tokenURL)
    } else {
      source = try GoogleCredentialSource(
        environment: settings.environment,
        tokenURL: tokenURL,
        allowsMetadata: settings.allowsNodeIdentity
      )
    }
    let access = GoogleAccess(
      tokens: source.tokens(over: transport, time: time),
      transport: transport,
      budget: budget,
      time: time
    )
    let project = spec.gcp?.project ?? ""
    func url(_ service: CloudSettings.Service) -> String? { settings.endpoint(service, in: spec.region) }
    let compute = ComputeClient(project: project, access: access, endpoint: url(.googleCompute))
    return (
      GoogleCloudNetwork(
        compute: compute,
        dns: DNSClient(project: project, access: access, endpoint: url(.googleDNS)),
        region: spec.region
      ),
      GoogleCloudCluster(
        container: ContainerClient(
          project: project,
          location: spec.region,
          access: access,
          endpoint: url(.googleContainer)
        ),
        fleet: FleetClient(access: access, endpoint: url(.googleFleet)),
        compute: compute
      ),
      GoogleConnectors(
        compute: compute,
        accounts: ServiceAccountClient(project: project, access: access, endpoint: url(.googleIAM)),
        secrets: SecretManagerClient(project: project, access: access, endpoint: url(.googleSecretManager))
      )
    )
  }

  func azure(
    _ spec: BackboneSpec,
    _ secret: [String: [UInt8]]?,
    _ transport: any Transport,
    _ budget: RequestBudget
  ) throws(CloudError) -> AzureNetwork {
    let subscription = spec.azure?.subscriptionID ?? ""
    let source: AzureCredentialSource
    if var secret {
      secret["subscriptionId"] = Array(subscription.utf8)
      source = try AzureCredentialSource(secretData: secret)
    } else {
      source = try AzureCredentialSource(
        environment: settings.environment,
        subscriptionID: subscription,
        allowsMetadata: settings.allowsNodeIdentity
      )
    }
    let endpoints = AzureEndpoints(
      region: spec.region,
      resourceManager: settings.endpoint(.azureResourceManager, in: spec.region),
      authority: settings.endpoint(.azureLogin, in: spec.region),
      audience: settings.endpoint(.azureAudience, in: spec.region)
    )
    let client = AzureClient(source, endpoints: endpoints, transport: transport, time: time, budget: budget)
    return AzureNetwork(client: client, region: spec.region, resourceGroup: spec.azure?.resourceGroup, time: time)
  }
}
