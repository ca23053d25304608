internal import Foundations
internal import Gateway

/// Keeps the forwards' names resolved by the servers behind the tunnel. The last good answer stays in force
/// until there is a newer one.
struct TargetResolver: AgentLoop {
  static let name = "names"
  /// Bounds on how long an answer is used before the server is asked again.
  static let shortest = Duration.seconds(5)
  static let longest = Duration.seconds(300)
  let context: AgentContext
  let wakeup: Wakeup

  func run() {
    var due: [AgentState.Question: ContinuousClock.Instant] = [:]
    while true {
      beat()
      let state = context.snapshot
      let questions = Set(state.forwards.compactMap(AgentState.question))
      due = due.filter { questions.contains($0.key) }
      guard let link = state.tunnel.link, !questions.isEmpty else {
        // A tunnel that comes back may lead to another network.
        due = [:]
        wakeup.wait(for: .seconds(5))
        continue
      }
      let now = context.time.now
      let asked = questions.filter { (due[$0] ?? now) <= now }.prefix(32).map { $0 }
      if asked.isEmpty {
        let next = due.values.min().map { $0 - now } ?? .seconds(5)
        wakeup.wait(for: min(max(.milliseconds(10), next), .seconds(5)))
        continue
      }
      let results = DNSClient.ask(asked, device: link.device, timeout: .seconds(1))
      let networks = state.material?.networks ?? []
      var changes: [AgentState.Question: AgentState.Resolution] = [:]
      for (question, result) in zip(asked, results) {
        let (resolution, wait) = Self.resolution(
          result,
          of: question,
          former: state.resolutions[question],
          networks: networks
        )
        due[question] = context.time.now.advanced(by: wait)
        if resolution != state.resolutions[question] { changes[question] = resolution }
      }
      if !changes.isEmpty {
        for (question, resolution) in changes {
          context.log.info(
            "target name was resolved",
            [
              "name": .string(question.name), "address": .string(resolution.address?.description ?? ""),
              "error": .string(resolution.error ?? ""),
            ]
          )
        }
        context.update { $0.resolutions.merge(changes) { $1 } }
      }
    }
  }

  /// The target to use after an answer, given the previous one, and when to ask again.
  static func resolution(
    _ result: DNSClient.Result,
    of question: AgentState.Question,
    former: AgentState.Resolution?,
    networks: [IPv4Network]
  ) -> (AgentState.Resolution, Duration) {
    func failure(_ words: String) -> (AgentState.Resolution, Duration) {
      (AgentState.Resolution(address: former?.address, error: words), shortest)
    }
    switch result {
    case .silent:
      return failure("DNS server \(question.server) did not answer for \(question.name) through the tunnel")
    case .answered(.truncated):
      return failure("DNS server \(question.server) gave no whole answer for \(question.name)")
    case .answered(.noSuchName):
      return failure("DNS server \(question.server) knows no address of \(question.name)")
    case .answered(.refused(let code)):
      return failure("DNS server \(question.server) refused the question for \(question.name) (code \(code))")
    case .answered(.addresses(let addresses, let timeToLive)):
      let usable = addresses.filter { address in networks.contains { $0.contains(address) } }
      guard let first = usable.min() else {
        return failure(
          "\(question.name) is \(listed(addresses.sorted().map(\.description))), outside remoteNetworks: add its network "
            + "there, or correct the name on DNS server \(question.server)"
        )
      }
      // Servers rotate their answers: a target that is still among them stays.
      let chosen = former?.address.flatMap { usable.contains($0) ? $0 : nil } ?? first
      let wait = min(max(.seconds(Int64(timeToLive)), shortest), longest)
      return (AgentState.Resolution(address: chosen), wait)
    }
  }
}
