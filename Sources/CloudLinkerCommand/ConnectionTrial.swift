internal import CloudLinkerAPI
internal import Foundations
internal import Kubernetes

/// Reaches a port of a connection's Service as a workload of the environment does, and says where it stops.
///
///     step       looks at                               stops when
///     name       the connection that has the Service    there is none, or it may not be used from this namespace
///     forward    the connection's PortForwards          none of them has the port
///     tunnels    status.tunnels                         none is connected
///     target     status.ports of the forward            it does not answer
///     attempt    a pod that connects                    it does not get through
///
/// An attempt that gets through is the answer, whatever a status says. Without one the first step that fails is.
struct ConnectionTrial {
  enum Step: String, Encodable {
    case name, forward, tunnels, target, attempt
  }
  struct Finding: Encodable, Equatable {
    var step: Step
    var grade: Doctor.Finding.Grade
    var message: String
  }

  let session: Session

  func run() async throws -> Outcome {
    let address = try TrialAddress(session.invocation.subjects[0], from: session.namespace)
    var findings: [Finding] = []
    let connection = await look(at: address, &findings)
    let image = await TrialPod.image(session, of: connection)
    session.progress("trying \(address.text) from a pod in namespace \(session.namespace)")
    let verdict = await TrialPod(session: session, address: address.text).run(image)
    findings.append(Finding(step: .attempt, grade: verdict.grade, message: verdict.message))
    let isReached = verdict.grade == .ok
    let text =
      session.isJSON ? Gathering.encode(findings) : Self.text(findings, Self.conclusion(findings, address, session))
    return Outcome(text, exitCode: isReached ? 0 : 1)
  }

  private static func text(_ findings: [Finding], _ conclusion: String) -> String {
    let lines = findings.map { finding in
      "\(finding.grade.rawValue.padded(to: 4))  \(finding.step.rawValue.padded(to: 7))  \(finding.message)\n"
    }
    return lines.joined() + conclusion + "\n"
  }

  private static func conclusion(_ findings: [Finding], _ address: TrialAddress, _ session: Session) -> String {
    let attempt = findings.last?.grade
    if attempt == .ok { return "\(address.text) is reached from namespace \(session.namespace)" }
    if let stop = findings.first(where: { $0.grade == .fail && $0.step != .attempt }) {
      return "it stops at: \(stop.step.rawValue)"
    }
    if attempt == .warn { return "nothing else is wrong, but \(address.text) was not tried" }
    return "every part is as specified, but the connection still fails: check the NetworkPolicies for egress from "
      + "namespace \(session.namespace)"
  }

  // MARK: What the statuses report

  /// The connection that has the name, if it could be read.
  private func look(at address: TrialAddress, _ findings: inout [Finding]) async -> VPNConnection? {
    do throws(KubernetesError) {
      let all = try await session.list(VPNConnection.self, in: address.namespace)
      guard let connection = all.first(where: { $0.hasService(address.service) }) else {
        let names = all.filter { $0.spec.type != .twingate }.map {
          "\($0.spec.serviceName) (VPNConnection \($0.key.name))"
        }
        let hint = names.isEmpty ? "it has no connection that leads outwards" : "it has \(names.commas)"
        let words = "no connection of namespace \(address.namespace) has a Service \(address.service); \(hint)"
        findings.append(Finding(step: .name, grade: .fail, message: words))
        return nil
      }
      findings.append(Self.name(connection, from: session.namespace))
      findings.append(Self.tunnels(connection))
      let forwards = try await session.list(PortForward.self, in: address.namespace)
        .filter { $0.spec.vpnConnectionRef.name == connection.key.name }
      findings.insert(contentsOf: Self.forward(forwards, address.port, target: false), at: findings.count - 1)
      findings += Self.forward(forwards, address.port, target: true)
      return connection
    } catch {
      findings.append(Finding(step: .name, grade: .warn, message: "not checked: \(error.message)"))
      return nil
    }
  }
}

extension VPNConnection {
  fileprivate func hasService(_ name: String) -> Bool { spec.type != .twingate && spec.serviceName == name }
}
