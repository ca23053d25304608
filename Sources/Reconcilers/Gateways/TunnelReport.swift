internal import CloudLinkerAPI
internal import Foundations
internal import Gateway
internal import Kubernetes

/// A tunnel's entry in the status, from its gateway's report, or else from the state of its pod.
enum TunnelReport {
  static func tunnel(
    _ tunnel: VPNConnectionSpec.Tunnel,
    _ facts: GatewayFacts
  ) -> VPNConnectionStatus.Tunnel {
    let before = facts.connection.status?.tunnels?.first { $0.name == tunnel.name }
    let pod = facts.live.pod(tunnel: tunnel.name)
    var report = VPNConnectionStatus.Tunnel(name: tunnel.name, state: .connecting)
    let port = facts.connection.spec.port(of: tunnel).map { ":\($0)" } ?? ""
    report.server = tunnel.server + port
    report.zone = tunnel.zone
    report.gateway = pod?.key.name
    if facts.connection.spec.isSuspended {
      report.state = .disconnected
      report.gateway = nil
    } else if let trouble = PodTrouble.of(pod, or: facts.live.deployment(tunnel: tunnel.name)) {
      // Before the silence: a pod without its image has an address too, where nobody answers.
      report.state = trouble.isFinal ? .failed : .connecting
      report.reason = trouble.reason.rawValue
      report.lastError = trouble.message
    } else if let silence = facts.silence(tunnel.name), let observation = facts.observation(tunnel.name) {
      report.state = .unknown
      report.reason = Reason.gatewaysSilent.rawValue
      let problem = observation.problem.map { ": \($0)" } ?? ""
      report.lastError = "gateway pod \(observation.pod.name) \(silence.words)\(problem)"
    } else if let observation = facts.observation(tunnel.name), observation.problem == nil,
      let status = observation.status
    {
      fill(&report, status, port: port)
    } else if let observation = facts.observation(tunnel.name), let problem = observation.problem {
      report.state = .failed
      report.reason = Reason.gatewayUnavailable.rawValue
      report.lastError = "gateway pod \(observation.pod.name) does not answer the operator: \(problem)"
    }
    report.draining = draining(tunnel.name, facts)
    if pod == nil, report.draining != nil, !facts.connection.spec.isSuspended { report.state = .draining }
    if report.since == nil {
      report.since = before?.state == report.state ? (before?.since ?? facts.now) : facts.now
    }
    // Changed counters are no reason to write. They are updated when something else is written.
    return report
  }

  /// Nil: no ending gateway of the tunnel has connections.
  private static func draining(
    _ tunnel: String,
    _ facts: GatewayFacts
  ) -> [VPNConnectionStatus.DrainingGateway]? {
    let gateways = facts.draining.filter { $0.pod.tunnel == tunnel && $0.problem == nil }.compactMap { observation in
      observation.status?.drain.map { drain in
        VPNConnectionStatus.DrainingGateway(
          gateway: observation.pod.name,
          connections: drain.connections,
          until: drain.until
        )
      }
    }
    return gateways.isEmpty ? nil : gateways
  }

  private static func fill(_ report: inout VPNConnectionStatus.Tunnel, _ status: GatewayStatus, port: String) {
    report.state = VPNConnectionStatus.TunnelState(rawValue: status.tunnel.state.rawValue)
    report.since = status.tunnel.since
    if let address = status.tunnel.serverAddress { report.server = address + port }
    report.virtualIP = status.tunnel.virtualAddress
    report.maximumSegmentSize = status.tunnel.maximumSegmentSize
    report.bytesReceived = status.tunnel.bytesReceived
    report.bytesSent = status.tunnel.bytesSent
    if status.tunnel.state != .connected { report.reason = status.tunnel.failure?.rawValue }
    report.lastError = status.tunnel.lastError
    if let refused = status.configurationError {
      report.reason = Reason.configurationRefused.rawValue
      report.lastError = "configuration refused, so the previous one stays in force: \(refused)"
    }
  }
}

/// The reason why a pod does not run, in the words of the kubelet, the scheduler or the controller that creates it.
enum PodTrouble {
  typealias Trouble = (reason: Reason, message: String, isFinal: Bool)

  /// - Parameter deployment: creates the pod; considered while there is no pod.
  static func of(_ pod: Pod?, or deployment: Deployment?, _ noun: String = "gateway pod") -> Trouble? {
    if let pod { of(pod, noun) } else { of(deployment, noun) }
  }

  private static func of(_ pod: Pod, _ noun: String) -> Trouble? {
    if let scheduled = pod.condition("PodScheduled"), scheduled.status == "False" {
      return (.gatewayUnschedulable, "\(noun) \(pod.key.name): \(scheduled.message ?? "cannot be scheduled")", true)
    }
    for container in pod.status?.containerStatuses ?? [] {
      if let waiting = container.state?.waiting, let cause = waiting.reason, cause != "ContainerCreating" {
        let isImage = cause.contains("Image")
        let words = [waiting.message, waiting.cure].compactMap(\.self).joined(separator: "; ")
        let message = "\(noun) \(pod.key.name): \(cause): \(words.isEmpty ? "see its events and log" : words)"
        return (isImage ? .gatewayImageUnavailable : .gatewayUnavailable, message, true)
      }
      if let ended = container.state?.terminated {
        let cause = [ended.reason, ended.exitCode.map { "exit code \($0)" }, ended.message].compactMap(\.self)
        let message = "\(noun) \(pod.key.name) ended (\(cause.joined(separator: ", "))): its log says why"
        return (.gatewayUnavailable, message, true)
      }
    }
    return nil
  }

  /// The reason why no pod is created: a quota, a limit or a policy of the namespace.
  private static func of(_ deployment: Deployment?, _ noun: String) -> Trouble? {
    let failure = deployment?.status?.conditions?.first { $0.type == "ReplicaFailure" && $0.status == "True" }
    guard let deployment, let failure else { return nil }
    let cause = failure.message ?? failure.reason ?? "see the events of its ReplicaSet"
    return (.gatewayUnavailable, "\(noun) of Deployment \(deployment.key.name) cannot be created: \(cause)", true)
  }
}
