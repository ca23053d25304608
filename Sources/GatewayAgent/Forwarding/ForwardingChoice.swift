/// How ports are forwarded, depending on what the pod's kernel can do.
///
/// | nftables | forwarding between devices | ports are forwarded |
/// |---|---|---|
/// | yes | is on, or can be switched on | by the kernel |
/// | yes | stays off | in user space |
/// | no | is off, or can be switched off or refused by a routing rule | in user space |
/// | no | stays on | not at all: the tunnel is refused |
///
/// Without nftables nothing filters what the company's network sends, so a kernel that forwards would route it into the
/// cluster.
struct ForwardingChoice: Sendable, Hashable {
  var forwarding: AgentState.Forwarding
  var notice: String?

  /// - Parameters:
  ///   - setForwarding: switches the kernel's forwarding between devices; returns whether it is now as wanted.
  ///   - addRefusingRule: adds a routing rule that refuses other hosts' packets; returns whether the rule is there.
  init(hasRules: Bool, setForwarding: (Bool) -> Bool, addRefusingRule: () -> Bool) {
    if hasRules {
      guard !setForwarding(true) else {
        forwarding = .kernel
        return
      }
      forwarding = .userland(guards: true)
      notice =
        "net.ipv4.ip_forward is 0 in the pod and cannot be set: ports are forwarded in user space, which is slower"
    } else if setForwarding(false) || addRefusingRule() {
      forwarding = .userland(guards: false)
      notice =
        "the node has no nftables: ports are forwarded in user space, which is slower, and the kill switch is made of "
        + "routes and bound sockets only"
    } else {
      forwarding = .refused(
        "the node has no nftables and the kernel forwards packets between the pod's devices, so the company's network "
          + "could reach the cluster: run gateways on nodes with nf_tables, or set net.ipv4.ip_forward to 0 in the pod"
      )
    }
  }
}
