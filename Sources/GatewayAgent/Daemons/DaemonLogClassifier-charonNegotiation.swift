internal import Gateway

extension DaemonLogClassifier {
  /// charon's lines about algorithms, networks and addresses.
  static let charonNegotiationRows: [DaemonLogRow] = [
    DaemonLogRow(
      "received NO_PROPOSAL_CHOSEN notify, no CHILD_SA built",
      .noProposalChosen,
      "{server} accepts none of the algorithms for the tunnel's traffic: set espProposals as the server has them",
      source: "sa/ikev2/tasks/child_create.c"
    ),
    DaemonLogRow(
      "received NO_PROPOSAL_CHOSEN notify",
      .noProposalChosen,
      "{server} accepts none of the algorithms for IKE: set ikeProposals as the server has them",
      source: "sa/ikev2/tasks/ike_init.c"
    ),
    DaemonLogRow(
      "received proposals unacceptable",
      .noProposalChosen,
      "{server} chose algorithms that were not offered: set ikeProposals as the server has them",
      source: "sa/ikev2/tasks/ike_init.c"
    ),
    DaemonLogRow(
      "no acceptable proposal found",
      .noProposalChosen,
      "{server} chose algorithms that were not offered: set espProposals as the server has them",
      source: "sa/ikev2/tasks/child_create.c"
    ),
    DaemonLogRow(
      "requested DH group … not contained in any of our proposals",
      .noProposalChosen,
      "{server} wants the Diffie-Hellman group {1}, which is not offered: add it to ikeProposals or espProposals",
      source: "sa/ikev2/tasks/child_create.c"
    ),
    DaemonLogRow(
      "received INVALID_MAJOR_VERSION",
      .noProposalChosen,
      "{server} does not speak IKEv2, and the gateway speaks nothing else: enable IKEv2 at the server",
      source: "network/receiver.c"
    ),
    DaemonLogRow(
      "SINGLE_PAIR_REQUIRED notify",
      .trafficSelectorsRefused,
      """
      {server} wants a security association for each single network, and refused those it was offered: list in \
      remoteNetworks exactly the networks that the server has
      """,
      source: "sa/ikev2/tasks/child_create.c"
    ),
    DaemonLogRow(
      "TS_UNACCEPTABLE notify",
      .trafficSelectorsRefused,
      "{server} does not offer remoteNetworks: narrow them to what the server's local networks contain",
      source: "sa/ikev2/tasks/child_create.c"
    ),
    DaemonLogRow(
      "no acceptable traffic selectors found",
      .trafficSelectorsRefused,
      "{server} offers other networks than remoteNetworks: list what the server's local networks contain",
      source: "sa/ikev2/tasks/child_create.c"
    ),
    DaemonLogRow(
      "INTERNAL_ADDRESS_FAILURE notify",
      .serverUnavailable,
      "{server} has no virtual IP left: enlarge its address pool",
      source: "sa/ikev2/tasks/child_create.c"
    ),
    DaemonLogRow(
      "FAILED_CP_REQUIRED notify",
      .configurationRefused,
      "{server} serves only clients that ask for a virtual IP: set ipsec.virtualAddress to Requested",
      source: "sa/ikev2/tasks/child_create.c"
    ),
    DaemonLogRow(
      "received TEMPORARY_FAILURE notify",
      .serverUnavailable,
      "{server} is busy: the gateway tries again by itself",
      .symptom,
      source: "sa/ikev2/tasks/child_create.c"
    ),
    DaemonLogRow(
      "received … notify error",
      .other,
      "{server} refused the connection with {1}: see the server's log",
      .refusal,
      source: "sa/ikev2/tasks/ike_init.c"
    ),
  ]

  /// charon's lines about the pod and the route to the server.
  static let charonHostRows: [DaemonLogRow] = [
    kernel("unable to add SAD entry", source: "plugins/kernel_netlink/kernel_netlink_ipsec.c"),
    kernel("unable to install inbound and outbound IPsec SA", source: "sa/ikev2/tasks/child_create.c"),
    kernel("unable to install IPsec policies", source: "sa/ikev2/tasks/child_create.c"),
    tun("failed to create TUN device", source: "plugins/kernel_libipsec/kernel_libipsec_plugin.c"),
    tun("unable to create TUN", source: "networking/tun_device.c"),
    tun("opening tun device", source: "networking/tun_device.c"),
    tun("failed to open /dev/net/tun", source: "networking/tun_device.c"),
    DaemonLogRow("unable to resolve", .nameNotResolved, unresolved, source: "sa/ike_sa.c"),
    DaemonLogRow("error resolving", .nameNotResolved, unresolved, source: "networking/host_resolver.c"),
    DaemonLogRow(
      "error writing to socket: Message too long",
      .other,
      tooLong,
      .refusal,
      source: "plugins/socket_default/socket_default_socket.c"
    ),
    silence("error writing to socket", source: "plugins/socket_default/socket_default_socket.c"),
    silence("giving up after", source: "sa/ikev2/task_manager_v2.c"),
    silence("peer not responding", source: "sa/ike_sa.c"),
  ]

  private static func kernel(_ line: String, source: String) -> DaemonLogRow {
    DaemonLogRow(
      line,
      .missingPrivilege,
      "the kernel took no IPsec state: it has no ESP",
      lacksKernelESP: true,
      source: source
    )
  }
  private static func tun(_ line: String, source: String) -> DaemonLogRow {
    DaemonLogRow(line, .missingPrivilege, missingTun, source: source)
  }
  private static func silence(_ line: String, source: String) -> DaemonLogRow {
    DaemonLogRow(line, .serverUnreachable, unreachable, .symptom, source: source)
  }
}
