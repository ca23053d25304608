/// The commands and their arguments.
enum Command: String, CaseIterable, Sendable {
  case status, tree, doctor, plan, reconcile, suspend, resume, logs, `try`, gather, orphans, migrate, uninstall, version
  case completion, help

  enum Subjects: Equatable {
    case none
    /// One argument, with its description.
    case one(String)
  }

  var subjects: Subjects {
    switch self {
    case .status, .tree, .doctor, .gather, .orphans, .migrate, .uninstall, .version, .help: .none
    case .plan, .reconcile, .suspend, .resume: .one("an object, such as vpnc/office")
    case .logs: .one("a connection, such as office")
    case .try: .one("a port of a connection's Service, such as vpn:33000")
    case .completion: .one("bash, zsh or fish")
    }
  }

  /// One line for the help.
  var summary: String {
    switch self {
    case .status: "what an environment has, whether it is ready, and what to do next"
    case .tree: "what belongs to each connection, in both namespaces"
    case .doctor: "look for what is wrong with the installation; exit code 1 when something is"
    case .plan: "put an object into plan mode and show what the operator would do; --end carries it out"
    case .reconcile: "have an object looked at now, and wait until it was"
    case .suspend: "set spec.suspend: a connection disconnects, a Backbone is left as it is"
    case .resume: "take spec.suspend back"
    case .logs: "logs of a connection's gateways or connectors and its events, merged by time"
    case .gather: "write a folder with what is needed to find a fault; it holds no content of Secrets"
    case .try: "reach a port of a connection from a pod of the environment, and say where it stops"
    case .orphans: "what was made for an object that is gone; exit code 1 when there is something"
    case .migrate: "have every object stored in the CRDs' present version; --check only looks"
    case .uninstall: "--check: what would be orphaned if the operator were removed now"
    case .version: "versions of this program, of the API and of the server"
    case .completion: "a completion script for a shell"
    case .help: "this text"
    }
  }

  static var usage: String {
    let width = allCases.map(\.rawValue.count).max() ?? 0
    let lines = allCases.map { command in
      "  " + command.rawValue.padded(to: width) + "  " + command.summary
    }
    return """
      usage: kubectl cloudlinker COMMAND [KIND/NAME] [flags]

      \(lines.joined(separator: "\n"))

      Flags:
        -n, --namespace NAME       the environment; default: that of the kubeconfig's context
        -A, --all-namespaces       every environment (status, tree, doctor, orphans)
        -o, --output text|json     for people or for programs
        --timeout SECONDS          how long reconcile, plan, suspend, resume and try wait (60)
        --tunnel NAME              logs: of one tunnel only
        --tail LINES               logs, gather: lines of each log, from its end (200)
        --folder PATH              gather: the folder to make
        --to VERSION               migrate: to go on with CRDs that have only this version
        --image IMAGE              try: the gateway's image, if you may not see the gateways
        --operator-namespace NAME  where the operator runs (cloudlinker-system)
        --gateway-namespace NAME   where gateways and connectors run (cloudlinker-gateways)
        --kubeconfig PATH, --context NAME

      Exit codes: 0 all is well; 1 something is not as it should be; 2 the command line is wrong; 3 the API server
      refused or did not answer.

      """
  }
}

extension String {
  /// The text padded with spaces to `width` characters.
  func padded(to width: Int) -> String { self + String(repeating: " ", count: max(0, width - count)) }
}
