internal import Foundations
internal import Gateway
internal import Glibc

/// One openvpn process from start to end, on the supervisor's thread.
struct OpenVPNRun {
  let context: AgentContext
  let rendering: OpenVPNRendering
  let material: GatewayMaterial
  /// Signalled when `shouldEnd` may have changed.
  let wakeup: Wakeup
  let shouldEnd: () -> Bool
  let gate: CredentialGate
  /// Whether the server's name led to an address that is refused.
  let isServerRefused = Locked(false)

  /// Returns when the process has ended.
  func run() {
    let context = self.context
    let runtime = context.runtime
    let classifier = DaemonLogClassifier(material)
    func fail(_ failure: DaemonFailure) { context.update { $0.tunnel.failed(failure) } }

    guard let program = Command.path(of: "openvpn") else {
      fail(DaemonFailure(.other, "openvpn is not in the gateway's image: use the image made for this version"))
      return
    }
    guard let listener = UnixSocket.listen(runtime.managementSocket),
      FileSystem.write(rendering.text, to: runtime.openVPNConfiguration), let output = Pipe()
    else {
      fail(DaemonFailure(.other, "cannot write to \(runtime.path): mount an emptyDir with medium Memory there"))
      return
    }
    defer {
      close(listener)
      unlink(runtime.managementSocket)
      unlink(runtime.openVPNConfiguration)
    }
    let child: ChildProcess
    do {
      child = try ChildProcess.start(
        program,
        // The container's root is read-only, and /tmp with it.
        ["--config", runtime.openVPNConfiguration, "--tmp-dir", runtime.path],
        input: Self.nothing,
        output: output.writing,
        diesWithThread: true
      )
    } catch {
      fail(DaemonFailure(.other, "openvpn does not start: \(String(cString: strerror(error.reason)))"))
      return
    }
    output.closeWriting()
    context.update { state in
      state.measures.daemonStarts &+= 1
      state.tunnel.attemptBegan()
    }
    let (isServerRefused, wakeup) = (self.isServerRefused, self.wakeup)
    let sizes = OpenVPNSizeReader(context: context, rendering: rendering)
    sizes.begin()
    let gate = self.gate
    let logRead = DaemonLog.follow(output.takeReading(), daemon: "openvpn", log: context.log, secrets: material.secrets)
    { line in
      if let address = Self.contactedAddress(line),
        let problem = PodNetwork.clusterAddresses(siblings: context.read { $0.siblings }).refusal(ofServer: address)
      {
        isServerRefused.withLock { $0 = true }
        context.update {
          $0.tunnel.down()
          $0.tunnel.failed(DaemonFailure(.addressRefused, problem))
        }
        wakeup.signal()
        return
      }
      if let failure = classifier.openVPN(line) {
        if failure.refusesCredentials { gate.wasRefused() }
        context.update { $0.tunnel.failed(failure) }
      }
      sizes.read(line)
      if line.hasPrefix("Control Channel:") { context.update { $0.tunnel.shookHands() } }
      if let address = Self.remoteAddress(line) { context.update { $0.tunnel.serverIs(address) } }
    }
    defer {
      context.update { state in
        state.tunnel.down()
        state.tunnel.countersRestarted()
      }
    }
    manage(child, listener, classifier)
    if child.isRunning { child.stop(patience: .seconds(4)) }
    logRead.wait(for: .seconds(1))
    gate.attemptEnded()
  }

  private func manage(_ child: ChildProcess, _ listener: Int32, _ classifier: DaemonLogClassifier) {
    var connection: Int32 = -1
    defer { if connection >= 0 { close(connection) } }
    var lines = LineSplitter()
    while child.isRunning && !shouldEnd() && !isServerRefused.withLock({ $0 }) {
      context.beat("tunnel")
      let source = connection < 0 ? listener : connection
      let events = Poll.wait(
        [(source, Int16(POLLIN)), (child.ended.descriptor, Int16(POLLIN)), (wakeup.descriptor, Int16(POLLIN))],
        for: .seconds(5)
      )
      if events[2] != 0 { wakeup.take() }
      guard events[0] != 0 else { continue }
      if connection < 0 {
        connection = accept(listener, nil, nil)
        guard connection >= 0 else { continue }
        _ = fcntl(connection, F_SETFD, FD_CLOEXEC)
        // openvpn has read the configuration by now: its keys need not stay in a file.
        unlink(context.runtime.openVPNConfiguration)
        send("state on", "bytecount 5", "hold off", "hold release", to: connection)
        continue
      }
      guard let bytes = UnixSocket.receive(connection, timeout: .zero), !bytes.isEmpty else { return }
      for line in lines.append(bytes) { handle(ManagementLine(line), connection, classifier) }
    }
  }

  /// Acts on a line that came over the management interface, whose descriptor is `connection`.
  func handle(_ line: ManagementLine, _ connection: Int32, _ classifier: DaemonLogClassifier) {
    switch line {
    case .state(let state): changed(to: state, connection)
    case .byteCount(let received, let sent): context.counted(received: received, sent: sent)
    case .hold: send("hold release", to: connection)
    case .fatal(let unredacted):
      let text = DaemonLog.redacted(unredacted, material.secrets)
      let failure = classifier.openVPN(text) ?? DaemonFailure(.other, "openvpn gave up: \(text)", specificity: .refusal)
      context.update { $0.tunnel.failed(failure) }
    case .answer(succeeded: false, let text):
      let answer = DaemonLog.redacted(text, material.secrets)
      context.log.warning("openvpn refused a management command", ["answer": .string(answer)])
      // Without the answer that it waits for, openvpn would stay in this state for ever.
      context.update {
        $0.tunnel.failed(DaemonFailure(.configurationRefused, "openvpn refused a command of the gateway: \(answer)"))
      }
      send("signal SIGTERM", to: connection)
    case .answer, .other: break
    }
  }

  private func changed(to state: ManagementLine.State, _ connection: Int32) {
    switch state.name {
    case "CONNECTED":
      guard let address = IPv4Address(state.localAddress) else {
        context.update {
          $0.tunnel.failed(
            DaemonFailure(.other, "\(material.serverName) gave no IPv4 address: check its `server` or `ifconfig-push`")
          )
        }
        return
      }
      gate.wasAccepted()
      let cluster = PodNetwork.clusterAddresses(siblings: context.read { $0.siblings })
      if let problem = cluster.refusal(ofVirtual: address, server: IPv4Address(state.remoteAddress)) {
        context.update {
          $0.tunnel.down()
          $0.tunnel.failed(DaemonFailure(.addressRefused, problem))
        }
        send("signal SIGTERM", to: connection)
        return
      }
      let networks = context.read { $0.material?.networks } ?? material.networks
      if let problem = TunnelRoutes.configure(
        device: OpenVPNRendering.device,
        address: address,
        mtu: context.read { $0.tunnelMTU },
        networks: networks
      ) {
        context.update { $0.tunnel.failed(problem) }
        return
      }
      let link = TunnelProgress.Link(
        serverAddress: IPv4Address(state.remoteAddress)?.description,
        virtualAddress: address,
        device: OpenVPNRendering.device
      )
      context.update { $0.tunnel.up(link, hasProbe: $0.hasProbe) }
    case "RECONNECTING", "EXITING":
      context.update { $0.tunnel.down() }
    case "WAIT", "TCP_CONNECT", "CONNECTING", "RESOLVE":
      if context.read({ $0.tunnel.link != nil }) { context.update { $0.tunnel.down() } }
    default: break
    }
  }

  private func send(_ commands: String..., to connection: Int32) {
    _ = UnixSocket.sendAll(connection, Array(commands.map { $0 + "\n" }.joined().utf8))
  }

  /// The address in `UDPv4 link remote: [AF_INET]10.200.0.101:1194`.
  static func remoteAddress(_ line: String) -> String? {
    address(in: line, after: "link remote: [AF_INET]")?.description
  }

  /// The address that openvpn sends to, or is about to: in a line as above, or in `Attempting to establish TCP
  /// connection with [AF_INET]10.200.0.101:443`.
  static func contactedAddress(_ line: String) -> IPv4Address? {
    address(in: line, after: "link remote: [AF_INET]")
      ?? address(in: line, after: "Attempting to establish TCP connection with [AF_INET]")
  }

  private static func address(in line: String, after words: String) -> IPv4Address? {
    guard let range = line.firstRange(of: words) else { return nil }
    return IPv4Address(String(line[range.upperBound...].prefix { $0 != ":" }))
  }

  private static let nothing = open("/dev/null", O_RDONLY | O_CLOEXEC)
}
