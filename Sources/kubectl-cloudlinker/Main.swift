internal import CloudLinkerCommand
internal import Foundations

@main
struct Main {
  static func main() async {
    let outcome = await CloudLinkerCommand.run(Array(CommandLine.arguments.dropFirst())) { line in
      Logger.standardError("kubectl-cloudlinker: \(line)\n")
    }
    print(outcome.text, terminator: "")
    endProcess(outcome.exitCode)
  }
}
