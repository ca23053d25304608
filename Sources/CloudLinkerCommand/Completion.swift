/// Completion scripts. kubectl completes its plugins through a program `kubectl_complete-cloudlinker` (since 1.26). The
/// scripts serve both that program and the plugin called by its own name.
enum Completion {
  static func script(_ shell: String) throws(CommandLineError) -> String {
    let commands = Command.allCases.map(\.rawValue).joined(separator: " ")
    switch shell {
    case "bash": return "complete -W \"\(commands)\" kubectl-cloudlinker\n"
    case "zsh": return "compdef '_values command \(commands)' kubectl-cloudlinker\n"
    case "fish":
      return Command.allCases.map { command in
        let text = command.summary.replacing("'", with: "\\'")
        return "complete -c kubectl-cloudlinker -n __fish_use_subcommand -f -a \(command.rawValue) -d '\(text)'\n"
      }.joined()
    default: throw CommandLineError("completion is for bash, zsh or fish, not \(shell)")
    }
  }
}
