internal import Foundations
internal import Gateway
internal import Glibc

/// One charon process from start to end, on the supervisor's thread.
struct IPsecRun {
  enum End { case ended, lacksKernelESP }

  let context: AgentContext
  let rendering: IPsecRendering
  let material: GatewayMaterial
  let userlandESP: Bool
  let wakeup: Wakeup
  let shouldEnd: () -> Bool
  let gate: CredentialGate

  /// How soon a server that refuses is asked again. User name and password have rules of their own: see
  /// `CredentialTrials`.
  static let authenticationBackoff = Backoff(initial: .seconds(5), maximum: .seconds(60))
  static let backoff = Backoff(initial: .seconds(1), maximum: .seconds(15))
  /// How long to wait for the reason after charon has given up: it ends the attempt and logs the reason in no fixed
  /// order.
  static let verdictDelay = Duration.milliseconds(300)

  /// Returns when the process has ended.
  func run() -> End {
    let context = self.context
    let runtime = context.runtime
    func fail(_ failure: DaemonFailure) { context.update { $0.tunnel.failed(failure) } }

    guard let program = Command.path(of: "charon-systemd") else {
      fail(DaemonFailure(.other, "charon-systemd is not in the gateway's image: use the image made for this version"))
      return .ended
    }
    unlink(runtime.viciSocket)
    let text = IPsecRendering.daemonConfiguration(viciSocket: runtime.viciSocket, userlandESP: userlandESP)
    guard FileSystem.write(text, to: runtime.charonConfiguration), let output = Pipe() else {
      fail(DaemonFailure(.other, "cannot write to \(runtime.path): mount an emptyDir with medium Memory there"))
      return .ended
    }
    let child: ChildProcess
    do {
      child = try ChildProcess.start(
        program,
        [],
        environment: ["STRONGSWAN_CONF=\(runtime.charonConfiguration)"],
        input: Self.nothing,
        output: output.writing,
        diesWithThread: true
      )
    } catch {
      fail(DaemonFailure(.other, "charon does not start: \(String(cString: strerror(error.reason)))"))
      return .ended
    }
    output.closeWriting()
    context.update { state in
      state.measures.daemonStarts &+= 1
      state.tunnel.attemptBegan()
    }
    let classifier = DaemonLogClassifier(material)
    let lacksKernelESP = Locked(false)
    let wakeup = self.wakeup
    let userlandESP = self.userlandESP
    let gate = self.gate
    DaemonLog.follow(output.takeReading(), daemon: "charon", log: context.log, secrets: material.secrets) { line in
      guard let failure = classifier.charon(line) else { return }
      if failure.refusesCredentials { gate.wasRefused() }
      if failure.lacksKernelESP && !userlandESP {
        lacksKernelESP.withLock { $0 = true }
        wakeup.signal()
      } else {
        context.update { $0.tunnel.failed(failure) }
      }
    }
    defer {
      gate.attemptEnded()
      context.update { state in
        state.tunnel.down()
        state.tunnel.countersRestarted()
      }
    }
    defer { if rendering.localAddress != nil { LocalAddresses.remove() } }
    do {
      try manage(child) { lacksKernelESP.withLock { $0 } }
    } catch ViciConnection.Failure.unknown(let what) {
      fail(DaemonFailure(.other, "charon does not know \(what): use the image made for this version"))
    } catch {
      context.log.warning("the connection to charon broke", ["error": .string("\(error)")])
    }
    if child.isRunning { child.stop(patience: .seconds(4)) }
    return lacksKernelESP.withLock { $0 } ? .lacksKernelESP : .ended
  }

  private func manage(
    _ child: ChildProcess,
    _ lacksKernelESP: () -> Bool
  ) throws(ViciConnection.Failure) {
    let deadline = context.time.now.advanced(by: .seconds(10))
    var opened: (ViciConnection, ViciConnection)?
    while opened == nil {
      guard child.isRunning, context.time.now < deadline else { return }
      if let commands = ViciConnection(path: context.runtime.viciSocket),
        let events = ViciConnection(path: context.runtime.viciSocket)
      {
        opened = (commands, events)
      } else {
        child.ended.wait(for: .milliseconds(20))
      }
    }
    guard let (commands, events) = opened else { return }
    if let address = rendering.localAddress {
      let device = userlandESP ? IPsecRendering.userlandDevice : PodNetwork.defaultRoute()?.device ?? "eth0"
      if let problem = LocalAddresses.install(address, on: device, siblings: context.read { $0.siblings }) {
        context.update { $0.tunnel.failed(problem) }
        return
      }
    }
    for name in ["ike-updown", "child-updown", "ike-rekey", "child-rekey"] { try events.register(name) }
    for (command, message) in rendering.credentials { try load(command, message, commands) }
    try load("load-conn", rendering.connection, commands)

    var attempts = 0
    var nextAttempt = context.time.now
    var idleSince: ContinuousClock.Instant? = context.time.now.advanced(by: .zero - Self.verdictDelay)
    var hasJustBegun = false
    var networks = NetworkByNetwork(rendering.remoteNetworks)
    var permitted: IPsecReport.Addresses?
    while child.isRunning && !shouldEnd() && !lacksKernelESP() {
      context.beat("tunnel")
      let report = IPsecReport(try commands.stream("list-sas", event: "list-sa"))
      if report.addresses != permitted {
        if let problem = refusal(of: report.addresses) {
          context.update { state in
            state.tunnel.down()
            state.tunnel.failed(DaemonFailure(.addressRefused, problem))
          }
          // The process takes with it the virtual address that it set and its packets to the server.
          return
        }
        permitted = report.addresses
      }
      let now = context.time.now
      apply(report, refused: networks.refused(report, now: now))
      // charon has given up, or never began: a refusal ends its attempts whatever `keyingtries` says.
      let isIdle = !report.isInstalled && (report.ikeState == nil || report.ikeState == "ESTABLISHED") && !report.isBusy
      idleSince = isIdle && !hasJustBegun ? idleSince ?? now : nil
      hasJustBegun = false
      if report.isInstalled {
        attempts = 0
        gate.wasAccepted()
      } else if let idleSince, now - idleSince >= Self.verdictDelay, now >= nextAttempt {
        gate.attemptEnded()
        if gate.mayTry(context.read { $0.material } ?? material) {
          let failure = context.read { $0.tunnel.failure }
          let refused = failure?.kind == .authenticationFailed && failure?.refusesCredentials == false
          attempts += 1
          let backoff = refused ? Self.authenticationBackoff : Self.backoff
          let least: Duration = refused ? .seconds(5) : .seconds(1)
          nextAttempt = context.time.now.advanced(by: max(least, backoff.delay(attempt: attempts)))
          context.update { $0.tunnel.attemptBegan() }
          try initiate(IPsecRendering.childName, commands)
          // charon begins a moment later; until then it looks as idle as before.
          hasJustBegun = true
        }
      }
      if report.ikeState == "ESTABLISHED", !report.isBusy {
        let isRefused = context.read { $0.tunnel.failure?.kind == .trafficSelectorsRefused }
        for network in networks.due(report, isRefused: isRefused, now: now) {
          try initiate(IPsecRendering.childName(of: network), commands)
        }
      }
      let waiting = [
        (events.descriptor, Int16(POLLIN)), (wakeup.descriptor, Int16(POLLIN)),
        (child.ended.descriptor, Int16(POLLIN)),
      ]
      let ready = Poll.wait(waiting, for: pace(report))
      if ready[1] != 0 { wakeup.take() }
      if ready[0] != 0 { try take(events) }
    }
  }

  /// How long to wait for an event before asking charon again.
  private func pace(_ report: IPsecReport) -> Duration {
    report.isInstalled || context.read { $0.credentialHold } != nil ? .seconds(5) : .milliseconds(500)
  }

  private func refusal(of addresses: IPsecReport.Addresses) -> String? {
    let cluster = PodNetwork.clusterAddresses(siblings: context.read { $0.siblings })
    if let server = addresses.server, let problem = cluster.refusal(ofServer: server) { return problem }
    return addresses.virtual.flatMap { cluster.refusal(ofVirtual: $0, server: addresses.server) }
  }

  private func load(
    _ command: String,
    _ message: ConfigurationSection,
    _ commands: ViciConnection
  ) throws(ViciConnection.Failure) {
    let answer = try commands.request(command, message)
    guard answer.string("success") != "yes" else { return }
    let reason = DaemonLog.redacted(answer.string("errmsg") ?? "no reason given", material.secrets)
    context.update {
      $0.tunnel.failed(DaemonFailure(.configurationRefused, "charon refused \(command): \(reason)"))
    }
  }

  /// Returns at once; events and logs show the outcome.
  private func initiate(_ child: String, _ commands: ViciConnection) throws(ViciConnection.Failure) {
    var message = ConfigurationSection()
    message.set("ike", IPsecRendering.connectionName)
    message.set("child", child)
    message.set("timeout", "-1")
    let answer = try commands.request("initiate", message)
    guard answer.string("success") != "yes", let reason = answer.string("errmsg") else { return }
    let error = DaemonLog.redacted(reason, material.secrets)
    context.log.warning("charon did not begin", ["error": .string(error)])
  }

  private func take(_ events: ViciConnection) throws(ViciConnection.Failure) {
    while let event = try events.event(timeout: .zero) {
      switch event.name {
      case "ike-rekey", "child-rekey": context.update { $0.tunnel.shookHands() }
      case "child-updown" where event.message.string("up") == "yes": context.update { $0.tunnel.shookHands() }
      default: break
      }
    }
  }

  private func apply(_ report: IPsecReport, refused: [IPv4Network]) {
    let link = TunnelProgress.Link(
      serverAddress: report.remoteHost,
      virtualAddress: material.asksForVirtualAddress
        ? report.virtualAddress : rendering.localAddress ?? report.localHost,
      device: userlandESP ? IPsecRendering.userlandDevice : nil
    )
    if let encapsulation = report.encapsulation, encapsulation != context.read({ $0.sizing.encapsulation }) {
      context.update { $0.sizing.encapsulation = encapsulation }
    }
    let notice = report.isInstalled ? selectorNotice(report, refused: refused, link) : nil
    let (before, known) = context.read { ($0.tunnel.link, $0.notices[.selectors]) }
    if report.isInstalled {
      if before != link || known != notice {
        context.update { state in
          state.tunnel.up(link, hasProbe: state.hasProbe)
          state.notices[.selectors] = notice
        }
      }
      context.counted(received: report.bytesIn, sent: report.bytesOut)
    } else if before != nil {
      context.update { $0.tunnel.down() }
    } else if let address = report.remoteHost, address != "%any", IPv4Address(address)?.bits != 0 {
      if context.read({ $0.tunnel.serverAddress }) != address { context.update { $0.tunnel.serverIs(address) } }
    }
  }

  /// Reports the remote networks that the server's traffic selectors leave out.
  private func selectorNotice(
    _ report: IPsecReport,
    refused: [IPv4Network],
    _ link: TunnelProgress.Link
  ) -> String? {
    if !refused.isEmpty {
      return "the server offers no way to \(listed(refused.map(\.description))): narrow remoteNetworks, "
        + "or widen the server's subnets"
    }
    guard !material.asksForVirtualAddress, let address = link.virtualAddress else { return nil }
    let admitted = report.localSelectors.compactMap { IPsecReport.network($0) }
    guard !admitted.contains(where: { $0.contains(address) }) else { return nil }
    return "the server accepts packets from \(listed(admitted.map(\.description))) only, and the gateway's come from "
      + "\(address): set tunnels[].localAddress to an address that it accepts"
  }

  private static let nothing = open("/dev/null", O_RDONLY | O_CLOEXEC)
}
