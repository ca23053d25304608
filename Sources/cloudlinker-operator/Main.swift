internal import CloudLinkerCommand
internal import ControllerRuntime
internal import FoundationEssentials
internal import Foundations
internal import Glibc

@main
struct Main {
  static func main() async {
    let environment = ProcessInfo.processInfo.environment
    let words = Array(CommandLine.arguments.dropFirst())
    if words == ["check-uninstall"] { await checkUninstall() }
    let flags: Flags
    do {
      flags = try Flags(words, environment: environment)
    } catch {
      Logger.standardError("cloudlinker-operator: \(error.message)\n")
      exit(2)
    }
    guard !flags.wantsHelp else { return print(Flags.help) }
    let program = Program(flags: flags)
    await Operator.main("cloudlinker-operator", options: program.options) { try await program.install(in: $0) }
  }

  /// For the hook of the Helm chart, which has only this image: prints what would be orphaned without the operator.
  private static func checkUninstall() async -> Never {
    let outcome = await CloudLinkerCommand.run(["uninstall", "--check"]) { line in
      Logger.standardError("cloudlinker-operator: \(line)\n")
    }
    print(outcome.text, terminator: "")
    endProcess(outcome.exitCode)
  }
}
