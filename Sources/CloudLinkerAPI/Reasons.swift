/// The condition types that statuses carry. `Ready` sums up the others.
public enum ConditionType: String, Codable, Sendable, CaseIterable {
  case ready = "Ready"
  /// The spec is valid and nothing else in the namespace has a prior claim to what it asks for.
  case accepted = "Accepted"
  /// What it refers to (Secrets, the VPNConnection) is there and complete.
  case dependenciesReady = "DependenciesReady"
  /// VPNConnection: traffic crosses the tunnels.
  case tunnelsReady = "TunnelsReady"
  /// VPNConnection of type Twingate: Twingate hears the connectors.
  case connectorsReady = "ConnectorsReady"
  /// VPNConnection of type Twingate: every resource is as asked, with everybody who may reach it.
  case resourcesReady = "ResourcesReady"
  /// VPNConnection: something enforces the NetworkPolicies that keep other pods from its gateways. For information; Ready
  /// does not wait for it.
  case policiesEnforced = "PoliciesEnforced"
  /// Backbone: the network itself is there and as asked.
  case networkReady = "NetworkReady"
  case subnetsReady = "SubnetsReady"
  case routesReady = "RoutesReady"
  /// Backbone: NAT and its addresses.
  case egressReady = "EgressReady"
  case firewallReady = "FirewallReady"
  /// Backbone: this namespace has a VPNConnection that is Ready. For information; Ready does not wait for it.
  case vpnReady = "VPNReady"
  /// PrivateCluster: the control plane is there and as asked.
  case controlPlaneReady = "ControlPlaneReady"
  case nodePoolsReady = "NodePoolsReady"
  case addonsReady = "AddonsReady"
  /// PrivateCluster: everyone in `spec.access` has the role, and the kubeconfig is in its Secret.
  case accessReady = "AccessReady"
  /// PrivateCluster: Twingate connectors in its Backbone lead to the endpoint. For information; Ready does not wait for it.
  case reachable = "Reachable"
  /// PrivateCluster: nothing of it can be reached from the internet. For information; Ready does not wait for it.
  case `private` = "Private"
  /// PrivateCluster: whatever changes the number of nodes has all that it needs from outside the cluster.
  case autoscaling = "Autoscaling"
  /// PrivateCluster: only while it is on its way to another version.
  case upgrading = "Upgrading"
  /// PortForward: every gateway has the ports in force, and their targets answer.
  case forwardsReady = "ForwardsReady"
  /// Only while the operator is changing something (kstatus).
  case reconciling = "Reconciling"
  /// Only while a person must change something (kstatus).
  case stalled = "Stalled"
}

/// Every reason that a condition of this group may give. Closed: alerts and runbooks key on it.
public enum Reason: String, Codable, Sendable, CaseIterable {
  // MARK: Any kind
  /// Not looked at yet. If it stays: is the operator running, and does it watch this namespace?
  case pending = "Pending"
  /// All is as asked.
  case asExpected = "AsExpected"
  /// The operator is at work; wait.
  case progressing = "Progressing"
  /// `spec.suspend` is true: set it to false to go on.
  case suspended = "Suspended"
  /// Annotation `cloudlinker.dev/reconcile: plan`: read `status.plan`, remove the annotation to carry it out.
  case planOnly = "PlanOnly"
  /// The spec breaks a rule that the API server did not know (before Kubernetes 1.25): correct the named field.
  case invalidSpec = "InvalidSpec"
  /// The namespace is the operator's own or the gateways': create the object in the namespace that uses it.
  case namespaceRefused = "NamespaceRefused"
  /// The object is being deleted; the message says what is waited for.
  case deleting = "Deleting"
  /// The API server refused or did not answer; tried again with backoff. If it stays: the operator's RBAC and logs.
  case apiError = "APIError"

  /// The namespace has as many of these as its owner allows, and older ones keep their places: the message says how
  /// many. Delete one, or have `--max-connections-per-namespace` and its like raised.
  case namespaceLimitReached = "NamespaceLimitReached"

  // MARK: Secrets
  /// A Secret named in the spec is not in this namespace: create it.
  case secretNotFound = "SecretNotFound"
  /// A Secret lacks a key that the spec needs: add it, or name the key in the reference.
  case secretKeyMissing = "SecretKeyMissing"
  /// What a key of a Secret holds cannot be used (not PEM, expired, key and certificate differ): replace it.
  case secretInvalid = "SecretInvalid"
  /// The `.ovpn` profile has a directive that is not allowed: remove the named line.
  case profileRefused = "ProfileRefused"

  // MARK: VPNConnection
  /// Every tunnel carries traffic.
  case connected = "Connected"
  /// Some tunnels carry traffic, others do not: see `status.tunnels` for the cause at each.
  case degraded = "Degraded"
  /// The gateways are starting or shaking hands; wait.
  case connecting = "Connecting"
  /// The only gateways are on their way out: they keep established connections, and their successors are starting; wait.
  case draining = "Draining"
  /// No tunnel carries traffic, for more than one cause: see `status.tunnels`.
  case notConnected = "NotConnected"
  /// An older VPNConnection of the namespace has this Service name: choose another `spec.service.name`.
  case serviceNameConflict = "ServiceNameConflict"
  /// A Service of that name exists that is not the operator's: delete it or choose another `spec.service.name`.
  case serviceNotOwned = "ServiceNotOwned"
  /// An object in the gateways' namespace has a name of this connection's and belongs to another: the cluster's owner
  /// deletes that object, or the connection gets another name.
  case gatewayNameTaken = "GatewayNameTaken"
  /// There is no gateway class of the name in `spec.gateway.className`: choose one of those that the message lists.
  case gatewayClassNotFound = "GatewayClassNotFound"
  /// The gateway class cannot be read: the cluster's owner must correct it. Running gateways stay as they are.
  case gatewayClassInvalid = "GatewayClassInvalid"
  /// `spec.gateway.resources` asks for more than the gateway class allows: ask for less, or choose another class.
  case gatewayOptionsRefused = "GatewayOptionsRefused"
  /// The gateway pod cannot be scheduled: the message is the scheduler's.
  case gatewayUnschedulable = "GatewayUnschedulable"
  /// The gateway's image cannot be pulled: the cluster's owner checks the gateway class's image and imagePullSecrets.
  case gatewayImageUnavailable = "GatewayImageUnavailable"
  /// The gateway pod does not run or does not answer the operator: see its logs and the NetworkPolicy.
  case gatewayUnavailable = "GatewayUnavailable"

  /// No gateway was heard for `--gateway-silence`: traffic may flow or not. Look at the operator's way to the gateways:
  /// NetworkPolicies, the nodes, the operator's own pod.
  case gatewaysSilent = "GatewaysSilent"

  /// The operator reached a port of a gateway that no NetworkPolicy admits, so every pod of the cluster can reach the
  /// company network: the cluster's owner installs a network plugin that enforces NetworkPolicy.
  case policiesNotEnforced = "PoliciesNotEnforced"
  /// The gateways show neither that NetworkPolicies are enforced nor that they are not: the message says why.
  case policiesUnknown = "PoliciesUnknown"

  // MARK: Twingate
  /// Nobody at Twingate has the name or id that the spec gives: correct it by the names that the message lists.
  case principalNotFound = "PrincipalNotFound"
  /// Several at Twingate have the name: give the id instead, one of those that the message lists.
  case principalAmbiguous = "PrincipalAmbiguous"
  /// An access entry's `expiresAt` has passed: remove the entry, or set another time.
  case expired = "Expired"
  /// An annotation of a Service or Ingress asks for more than `twingate.expose` allows, or for what cannot be reached:
  /// correct the annotation, or have the connection's owner extend `expose`.
  case exposeRefused = "ExposeRefused"
  /// The connectors cannot reach the resource's address from where they run: give another address.
  case notReachable = "NotReachable"
  /// An older VPNConnection has the remote network: choose another `twingate.remoteNetwork.name`.
  case remoteNetworkConflict = "RemoteNetworkConflict"
  /// The image is not one that the cluster's owner allows: choose another, or have `--allowed-connector-image` extended.
  case connectorImageRefused = "ConnectorImageRefused"

  // MARK: Why a tunnel failed (as the gateway reports it)
  /// The server refused user name, password, certificate, key or identity, or wants another way of authentication: the
  /// message says which.
  case authenticationFailed = "AuthenticationFailed"
  /// The server's certificate is expired, of another CA or for another name: renew it, or correct the CA or identity.
  case serverCertificateInvalid = "ServerCertificateInvalid"
  /// No answer from the server: its address, port, firewall, and whether it runs.
  case serverUnreachable = "ServerUnreachable"
  /// The server answers and serves no client now: it restarts, is busy, or has no address left. Tried again by itself.
  case serverUnavailable = "ServerUnavailable"
  /// The server's name does not resolve in the gateway: correct it, or the cluster's DNS.
  case nameNotResolved = "NameNotResolved"
  /// Client and server share no algorithms: set `ikeProposals`/`espProposals`, or `ciphers`, as the server has them.
  case noProposalChosen = "NoProposalChosen"
  /// The server does not offer `spec.remoteNetworks`: narrow them, or widen the server's subnets.
  case trafficSelectorsRefused = "TrafficSelectorsRefused"
  /// The tunnel stands but nothing behind it answers: routes and firewalls on the company's side, or `spec.probe`.
  case probeFailed = "ProbeFailed"
  /// The gateway refused its configuration: the message says which part.
  case configurationRefused = "ConfigurationRefused"
  /// The node does not give the pod NET_ADMIN or /dev/net/tun: label the gateways' namespace, or choose other nodes.
  case missingPrivilege = "MissingPrivilege"
  /// The server has, or gave the gateway, an address that the cluster uses: correct `server`, or the server's address
  /// pool.
  case addressRefused = "AddressRefused"
  /// Anything else: the message is the daemon's.
  case other = "Other"

  // MARK: Backbone
  /// An older Backbone of this namespace has the provider: delete one of the two, or use another namespace.
  case providerConflict = "ProviderConflict"
  /// `network.cidr` or a range of pods overlaps another Backbone of this namespace, a VPNConnection's `remoteNetworks` or
  /// the cluster: choose another.
  case rangeConflict = "RangeConflict"
  /// The cluster's owner does not lend the operator's own identity to this namespace, or not for that role, project or
  /// subscription: name a Secret with credentials, or ask the owner for what the message names.
  case cloudIdentityNotAllowed = "CloudIdentityNotAllowed"
  /// The annotation `cloudlinker.dev/adopt` cannot be followed: the message says why, and what to do.
  case adoptionRefused = "AdoptionRefused"
  /// The cloud does not accept the credentials: correct the Secret, or the operator's identity.
  case credentialsRefused = "CredentialsRefused"
  /// The credentials may not do what is needed: the message names the permission; `manifests/permissions` has all.
  case permissionMissing = "PermissionMissing"
  /// A limit of the account is reached: raise it, or ask for less.
  case quotaExceeded = "QuotaExceeded"
  /// The cloud refuses what was asked: the message is the cloud's.
  case refusedByCloud = "RefusedByCloud"
  /// Something of that name or range is in the cloud that is not this Backbone's: remove it, or adopt it.
  case foreignObject = "ForeignObject"
  /// What should go is still used by something that is not this Backbone's: the message names it.
  case inUse = "InUse"
  /// What was named as existing is not there, or is not as asked: correct the id.
  case existingNotFound = "ExistingNotFound"
  /// The region has not the zones that were asked for: choose others.
  case zoneNotFound = "ZoneNotFound"
  /// The cloud does not answer, is in trouble or refuses so many requests; tried again with backoff.
  case cloudUnavailable = "CloudUnavailable"
  /// Something failed in the cloud after it had been accepted; it is made anew. The message is the cloud's.
  case cloudFailure = "CloudFailure"
  /// No VPNConnection of this namespace is Ready: nothing outside reaches the network.
  case noVPNConnection = "NoVPNConnection"

  // MARK: PrivateCluster
  /// The Backbone is not in this namespace: create it, or correct `spec.backboneRef.name`.
  case backboneNotFound = "BackboneNotFound"
  /// The Backbone is there but not Ready: see its conditions.
  case backboneNotReady = "BackboneNotReady"
  /// The cluster is on its way to another version; wait.
  case upgrading = "Upgrading"
  /// Something of the cluster can be reached from the internet: the message names it.
  case reachableFromInternet = "ReachableFromInternet"
  /// No connector runs in the cluster's Backbone, or nobody in `spec.access` has `vpn`: the message says what to add.
  case noConnectors = "NoConnectors"

  // MARK: PortForward
  /// Every port is in force and no target is known to be unreachable.
  case forwarding = "Forwarding"
  /// The VPNConnection is not in this namespace: create it or correct `spec.vpnConnectionRef.name`.
  case connectionNotFound = "ConnectionNotFound"
  /// The VPNConnection is there but not Ready: see its conditions.
  case connectionNotReady = "ConnectionNotReady"
  /// The VPNConnection is of a type that only leads inwards: name one of type IPsec or OpenVPN.
  case connectionUnsuitable = "ConnectionUnsuitable"
  /// An older PortForward has one of the ports: choose another.
  case portConflict = "PortConflict"
  /// A target lies outside the connection's `remoteNetworks`: add its network there, or correct the target.
  case targetOutsideRemoteNetworks = "TargetOutsideRemoteNetworks"
  /// Some targets do not answer: see `status.ports`.
  case targetsUnreachable = "TargetsUnreachable"
}
