internal import Foundations
internal import Gateway
internal import Glibc

/// Keeps the kernel's rules and routes equal to the state. No other thread changes them.
struct ForwardingCoordinator: AgentLoop {
  static let name = "forwarding"
  let context: AgentContext
  let wakeup: Wakeup

  func run() {
    var applied: NftablesRuleset?
    var userland: UserlandForwarder?
    let time = context.time
    var scrapesCounted: Int64 = 0
    var retryAt: ContinuousClock.Instant?
    var sizes = TunnelSizes(context: context)
    var cuts = ConnectionCuts()
    while true {
      beat()
      sizes.follow(now: time.now)
      if let wanted = context.read({ $0.userlandForwards }) {
        if userland == nil {
          userland = UserlandForwarder(context: context)
          userland?.start()
        }
        userland?.follow(wanted)
      }
      if let desired = context.read({ $0.ruleset }), desired != applied, retryAt.map({ time.now >= $0 }) ?? true {
        if apply(desired, over: applied) {
          if let applied {
            cuts.add(desired.cutPorts(from: applied), due: time.now)
            cuts.add(desired.delayedCutPorts(from: applied), due: time.now.advanced(by: .seconds(1)))
          }
          applied = desired
          retryAt = nil
        } else {
          applied = nil
          retryAt = time.now.advanced(by: .seconds(2))
        }
      }
      // Each count starts a process, so counts are made only for those who read the metrics; they see one with their
      // next scrape.
      let scrapes = context.read { $0.measures.scrapes }
      if scrapes != scrapesCounted, applied != nil {
        scrapesCounted = scrapes
        count()
      }
      for port in cuts.next(now: time.now, portsInUse: portsInUse) { conntrack(NftablesRuleset.cut(port)) }
      let due = [cuts.nextDue, retryAt].compactMap { $0 }.min()
      wakeup.wait(for: min(.seconds(5), due.map { max(.zero, $0 - time.now) } ?? .seconds(5)))
    }
  }

  private func apply(_ desired: NftablesRuleset, over applied: NftablesRuleset?) -> Bool {
    let guards = desired.remoteNetworks
    let former = applied?.remoteNetworks ?? []
    if guards != former {
      let routes = TunnelRoutes.installGuards(guards)
      guard routes.succeeded else {
        report(routes, "routes")
        return false
      }
    }
    guard context.read({ $0.forwarding.hasRules }) else {
      finish(desired)
      return true
    }
    if desired.ipv6Text != applied?.ipv6Text { guardIPv6(desired) }
    if let text = applied.map({ desired.changes(from: $0) }) ?? desired.text {
      if text.contains("delete table") { count() }
      var result = Command.run("nft", ["-f", "-"], input: text)
      if !result.succeeded && applied != nil {
        // Someone else changed the table: load all of it again.
        result = Command.run("nft", ["-f", "-"], input: desired.text)
      }
      guard result.succeeded else {
        report(result, "nftables rules")
        return false
      }
      if text.contains("delete table") { restarted() }
    }
    if let applied {
      for arguments in desired.conntrackCommands(from: applied) { conntrack(arguments) }
      let gone = former.filter { !guards.contains($0) }
      if !gone.isEmpty { TunnelRoutes.removeGuards(gone) }
      if guards != former, case .device(let device) = desired.path,
        let address = context.read({ $0.tunnel.link?.virtualAddress }), device == OpenVPNRendering.device
      {
        TunnelRoutes.change(device: device, address: address, from: former, to: guards)
      }
    } else {
      // Connections of an earlier run of this container: they may lead into a tunnel that no longer exists.
      conntrack(["-D", "-g"])
    }
    finish(desired)
    return true
  }

  private func guardIPv6(_ desired: NftablesRuleset) {
    guard PodNetwork.hasIPv6 else { return }
    let result = Command.run("nft", ["-f", "-"], input: desired.ipv6Text)
    if !result.succeeded {
      let output = TunnelRoutes.printableOutput(result.output)
      context.log.warning("could not set nftables rules for IPv6", ["output": .string(output)])
    }
    context.update {
      $0.notices[.ipv6] =
        result.succeeded ? nil : "the node has no nftables for IPv6: nothing filters IPv6 that comes out of the tunnel"
    }
  }

  private func finish(_ desired: NftablesRuleset) {
    let device: String? = if case .device(let name) = desired.path { name } else { nil }
    let inForce = AgentState.Guard(device: device, networks: desired.remoteNetworks)
    if context.read({ $0.inForce }) != inForce { context.update { $0.inForce = inForce } }
  }

  private func conntrack(_ arguments: [String]) {
    let result = Command.run("conntrack", arguments)
    // Exit code 1 with "0 flow entries have been deleted" means that there were none.
    if !result.succeeded && !result.output.contains("0 flow entries") {
      context.log.debug("conntrack failed", ["output": .string(TunnelRoutes.printableOutput(result.output))])
    }
  }

  /// Ports that have connections; nil if that is not known.
  private func portsInUse() -> Set<ForwardPort>? {
    var ports: Set<ForwardPort> = []
    for arguments in ConnectionCuts.listings {
      let result = Command.run("conntrack", arguments)
      guard result.succeeded, let found = ConnectionCuts.ports(ofListing: result.output) else { return nil }
      ports.formUnion(found)
    }
    return ports
  }

  private func report(_ result: Command.Result, _ what: String) {
    let output = TunnelRoutes.printableOutput(result.output)
    context.log.error("could not set \(what)", ["output": .string(output)])
    context.update {
      $0.tunnel.failed(
        DaemonFailure(
          .missingPrivilege,
          "cannot set \(what) (\(output)): the pod needs the capability NET_ADMIN and a kernel with nf_tables"
        )
      )
    }
  }

  // MARK: Counters

  private let base = Locked<[String: Int64]>([:])
  private let latest = Locked<[String: Int64]>([:])

  private func count() {
    let result = Command.run("nft", ["list", "counters", "table", "ip", NftablesRuleset.table])
    guard result.succeeded else { return }
    let counts = NftablesCounters.parse(result.output)
    latest.withLock { $0 = counts }
    let base = base.withLock { $0 }
    let sums = counts.merging(base) { $0 &+ $1 }
    if context.read({ $0.measures.dropped }) != sums { context.update { $0.measures.dropped = sums } }
  }

  /// The table was replaced, so its counters begin again.
  private func restarted() {
    let latest = latest.withLock { counts in
      defer { counts = [:] }
      return counts
    }
    base.withLock { $0.merge(latest) { $0 &+ $1 } }
  }
}
