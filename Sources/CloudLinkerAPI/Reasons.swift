/// The condition types that statuses carry. `Ready` sums up the others.
public enum ConditionType: String, Codable, Sendable, CaseIterable {
  case ready = "Ready"
  /// The spec is valid and nothing else in the namespace has a prior claim to what it asks for.
  case accepted = "Accepted"
  /// Everything that the object refers to (Secrets, the VPNConnection) exists and is complete.
  case dependenciesReady = "DependenciesReady"
  /// VPNConnection: traffic crosses the tunnels.
  case tunnelsReady = "TunnelsReady"
  /// VPNConnection of type Twingate: Twingate hears from the connectors.
  case connectorsReady = "ConnectorsReady"
  /// VPNConnection of type Twingate: every resource is as specified, with everybody who may reach it.
  case resourcesReady = "ResourcesReady"
  /// VPNConnection: something enforces the NetworkPolicies that keep other pods from its gateways. For information; Ready
  /// does not wait for it.
  case policiesEnforced = "PoliciesEnforced"
  /// Backbone: the network itself exists and is as specified.
  case networkReady = "NetworkReady"
  case subnetsReady = "SubnetsReady"
  case routesReady = "RoutesReady"
  /// Backbone: NAT and its addresses.
  case egressReady = "EgressReady"
  case firewallReady = "FirewallReady"
  /// Backbone: this namespace has a VPNConnection that is Ready. For information; Ready does not wait for it.
  case vpnReady = "VPNReady"
  /// PrivateCluster: the control plane exists and is as specified.
  case controlPlaneReady = "ControlPlaneReady"
  case nodePoolsReady = "NodePoolsReady"
  case addonsReady = "AddonsReady"
  /// PrivateCluster: everyone in `spec.access` has the role, and the kubeconfig is in its Secret.
  case accessReady = "AccessReady"
  /// PrivateCluster: Twingate connectors in its Backbone lead to the endpoint. For information; Ready does not wait for
  /// it.
  case reachable = "Reachable"
  /// PrivateCluster: no part of it can be reached from the internet. For information; Ready does not wait for it.
  case `private` = "Private"
  /// PrivateCluster: the component that changes the number of nodes has everything that it needs from outside the
  /// cluster.
  case autoscaling = "Autoscaling"
  /// PrivateCluster: present only while the cluster moves to another version.
  case upgrading = "Upgrading"
  /// PortForward: every gateway has the ports in force, and their targets answer.
  case forwardsReady = "ForwardsReady"
  /// Present only while the operator is changing something (kstatus).
  case reconciling = "Reconciling"
  /// Present only while a person must change something (kstatus).
  case stalled = "Stalled"
}

/// Every reason that a condition of this group may give. Closed: alerts and runbooks key on it.
public enum Reason: String, Codable, Sendable, CaseIterable {
  // MARK: Any kind
  /// The operator has not seen the object yet. If this stays: is the operator running, and does it watch this
  /// namespace?
  case pending = "Pending"
  /// Everything is as specified.
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
  /// The object is being deleted; the message names what it waits for.
  case deleting = "Deleting"
  /// The API server refused, or did not answer; the operator tries again with backoff. If this stays: see its RBAC and
  /// logs.
  case apiError = "APIError"

  /// The namespace has as many objects of this kind as its owner allows, and older ones keep their places; the message
  /// gives the number. Delete one, or have the limit raised (`--max-connections-per-namespace` and others).
  case namespaceLimitReached = "NamespaceLimitReached"

  // MARK: Secrets
  /// A Secret named in the spec is not in this namespace: create it.
  case secretNotFound = "SecretNotFound"
  /// A Secret lacks a key that the spec needs: add it, or name the key in the reference.
  case secretKeyMissing = "SecretKeyMissing"
  /// The content of a Secret's key cannot be used (not PEM, expired, key and certificate differ): replace it.
  case secretInvalid = "SecretInvalid"
  /// The `.ovpn` profile has a directive that is not allowed: remove the named line.
  case profileRefused = "ProfileRefused"

  // MARK: VPNConnection
  /// Every tunnel carries traffic.
  case connected = "Connected"
  /// Some tunnels carry traffic, others do not: see `status.tunnels` for the cause of each.
  case degraded = "Degraded"
  /// The gateways are starting or shaking hands; wait.
  case connecting = "Connecting"
  /// The only gateways are ending: they keep established connections, and their successors are starting; wait.
  case draining = "Draining"
  /// No tunnel carries traffic, for more than one cause: see `status.tunnels`.
  case notConnected = "NotConnected"
  /// An older VPNConnection of the namespace has this Service name: choose another `spec.service.name`.
  case serviceNameConflict = "ServiceNameConflict"
  /// A Service of that name exists that the operator does not own: delete it or choose another `spec.service.name`.
  case serviceNotOwned = "ServiceNotOwned"
  /// An object in the gateways' namespace has a name that this connection needs, and belongs to another: the cluster's
  /// owner deletes that object, or the connection gets another name.
  case gatewayNameTaken = "GatewayNameTaken"
  /// No gateway class has the name in `spec.gateway.className`: choose one of those that the message lists.
  case gatewayClassNotFound = "GatewayClassNotFound"
  /// The gateway class cannot be read: the cluster's owner must correct it. Running gateways stay as they are.
  case gatewayClassInvalid = "GatewayClassInvalid"
  /// `spec.gateway.resources` asks for more than the gateway class allows: ask for less, or choose another class.
  case gatewayOptionsRefused = "GatewayOptionsRefused"
  /// The gateway pod cannot be scheduled: the message comes from the scheduler.
  case gatewayUnschedulable = "GatewayUnschedulable"
  /// The gateway's image cannot be pulled: the cluster's owner checks the gateway class's image and imagePullSecrets.
  case gatewayImageUnavailable = "GatewayImageUnavailable"
  /// The gateway pod does not run or does not answer the operator: see its logs and the NetworkPolicy.
  case gatewayUnavailable = "GatewayUnavailable"

  /// No gateway has answered for `--gateway-silence`: traffic may flow or not. Check what is between the operator and
  /// the gateways: NetworkPolicies, the nodes, the operator's own pod.
  case gatewaysSilent = "GatewaysSilent"

  /// The operator reached a port of a gateway that no NetworkPolicy admits, so every pod of the cluster can reach the
  /// company network: the cluster's owner installs a network plugin that enforces NetworkPolicy.
  case policiesNotEnforced = "PoliciesNotEnforced"
  /// The gateways show neither that NetworkPolicies are enforced nor that they are not: the message says why.
  case policiesUnknown = "PoliciesUnknown"

  // MARK: Twingate
  /// Nobody at Twingate has the name or id in the spec: correct it by the names that the message lists.
  case principalNotFound = "PrincipalNotFound"
  /// Several principals at Twingate have the name: give the id instead, one of those that the message lists.
  case principalAmbiguous = "PrincipalAmbiguous"
  /// An access entry's `expiresAt` has passed: remove the entry, or set another time.
  case expired = "Expired"
  /// An annotation of a Service or Ingress asks for more than `twingate.expose` allows, or for something that cannot be
  /// reached: correct the annotation, or have the connection's owner extend `expose`.
  case exposeRefused = "ExposeRefused"
  /// The connectors cannot reach the resource's address from where they run: give another address.
  case notReachable = "NotReachable"
  /// Another VPNConnection has the remote network, or came first: choose another `twingate.remoteNetwork.name`.
  case remoteNetworkConflict = "RemoteNetworkConflict"
  /// The image is not one that the cluster's owner allows: choose another, or have `--allowed-connector-image` extended.
  case connectorImageRefused = "ConnectorImageRefused"

  // MARK: Why a tunnel failed (as the gateway reports it)
  /// The server refused user name, password, certificate, key or identity, or wants another authentication method: the
  /// message says which.
  case authenticationFailed = "AuthenticationFailed"
  /// The server's certificate is expired, of another CA or for another name: renew it, or correct the CA or identity.
  case serverCertificateInvalid = "ServerCertificateInvalid"
  /// The server does not answer: check its address, port and firewall, and whether it runs.
  case serverUnreachable = "ServerUnreachable"
  /// The server answers but serves no client now: it restarts, is busy, or has no address left. The gateway tries
  /// again.
  case serverUnavailable = "ServerUnavailable"
  /// The server's name does not resolve in the gateway: correct it, or the cluster's DNS.
  case nameNotResolved = "NameNotResolved"
  /// Client and server share no algorithms: set `ikeProposals`/`espProposals`, or `ciphers`, as the server has them.
  case noProposalChosen = "NoProposalChosen"
  /// The server does not offer `spec.remoteNetworks`: narrow them, or widen the server's subnets.
  case trafficSelectorsRefused = "TrafficSelectorsRefused"
  /// The tunnel is up but nothing behind it answers: check routes and firewalls on the company's side, or `spec.probe`.
  case probeFailed = "ProbeFailed"
  /// The gateway refused its configuration: the message says which part.
  case configurationRefused = "ConfigurationRefused"
  /// The node does not give the pod NET_ADMIN or /dev/net/tun: label the gateways' namespace, or choose other nodes.
  case missingPrivilege = "MissingPrivilege"
  /// The server has, or gave the gateway, an address that the cluster uses: correct `server`, or the server's address
  /// pool.
  case addressRefused = "AddressRefused"
  /// Anything else: the message comes from the daemon.
  case other = "Other"

  // MARK: Backbone
  /// An older Backbone of this namespace uses the provider: delete one of the two, or use another namespace.
  case providerConflict = "ProviderConflict"
  /// `network.cidr` or a range of pods overlaps another Backbone of this namespace, a VPNConnection's `remoteNetworks` or
  /// the cluster: choose another.
  case rangeConflict = "RangeConflict"
  /// The cluster's owner does not lend the operator's own identity to this namespace, or not for that role, project or
  /// subscription: name a Secret with credentials, or ask the owner for what the message names.
  case cloudIdentityNotAllowed = "CloudIdentityNotAllowed"
  /// The operator cannot follow the annotation `cloudlinker.dev/adopt`: the message says why, and what to do.
  case adoptionRefused = "AdoptionRefused"
  /// The cloud does not accept the credentials: correct the Secret, or the operator's identity.
  case credentialsRefused = "CredentialsRefused"
  /// The credentials lack a permission: the message names it; `manifests/permissions` lists all that are needed.
  case permissionMissing = "PermissionMissing"
  /// A limit of the account is reached: raise it, or ask for less.
  case quotaExceeded = "QuotaExceeded"
  /// The cloud refused a request: the message comes from the cloud.
  case refusedByCloud = "RefusedByCloud"
  /// An object of that name or range is in the cloud and not owned by this Backbone: remove it, or adopt it.
  case foreignObject = "ForeignObject"
  /// An object cannot be deleted because something else still uses it: the message names both.
  case inUse = "InUse"
  /// An object that the spec names as existing is missing or unsuitable: correct the id.
  case existingNotFound = "ExistingNotFound"
  /// The region does not have the zones in the spec: choose others.
  case zoneNotFound = "ZoneNotFound"
  /// The cloud does not answer, has an outage or limits requests; the operator tries again with backoff.
  case cloudUnavailable = "CloudUnavailable"
  /// Something failed in the cloud after it had been accepted; the operator creates it again. The message is the
  /// cloud's.
  case cloudFailure = "CloudFailure"
  /// No VPNConnection of this namespace is Ready: nothing outside reaches the network.
  case noVPNConnection = "NoVPNConnection"

  // MARK: PrivateCluster
  /// The Backbone is not in this namespace: create it, or correct `spec.backboneRef.name`.
  case backboneNotFound = "BackboneNotFound"
  /// The Backbone exists but is not Ready: see its conditions.
  case backboneNotReady = "BackboneNotReady"
  /// The cluster is moving to another version; wait.
  case upgrading = "Upgrading"
  /// A part of the cluster can be reached from the internet: the message names it.
  case reachableFromInternet = "ReachableFromInternet"
  /// No connector runs in the cluster's Backbone, or nobody in `spec.access` has `vpn`: the message says what to add.
  case noConnectors = "NoConnectors"

  // MARK: PortForward
  /// Every port is in force and no target is known to be unreachable.
  case forwarding = "Forwarding"
  /// The VPNConnection is not in this namespace: create it or correct `spec.vpnConnectionRef.name`.
  case connectionNotFound = "ConnectionNotFound"
  /// The VPNConnection exists but is not Ready: see its conditions.
  case connectionNotReady = "ConnectionNotReady"
  /// The VPNConnection's type only leads into this environment: name a VPNConnection of type IPsec or OpenVPN.
  case connectionUnsuitable = "ConnectionUnsuitable"
  /// An older PortForward uses one of the ports: choose another.
  case portConflict = "PortConflict"
  /// A target lies outside the connection's `remoteNetworks`: add its network there, or correct the target.
  case targetOutsideRemoteNetworks = "TargetOutsideRemoteNetworks"
  /// Some targets do not answer: see `status.ports`.
  case targetsUnreachable = "TargetsUnreachable"
}
