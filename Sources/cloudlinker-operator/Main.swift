internal import ControllerRuntime
internal import FoundationEssentials
internal import Foundations
internal import Glibc

@main
struct Main {
  static func main() async {
    let environment = ProcessInfo.processInfo.environment
    let flags: Flags
    do {
      flags = try Flags(Array(CommandLine.arguments.dropFirst()), environment: environment)
    } catch {
      Logger.standardError("cloudlinker-operator: \(error.message)\n")
      exit(2)
    }
    guard !flags.wantsHelp else { return print(Flags.help) }
    let program = Program(flags: flags)
    await Operator.main("cloudlinker-operator", options: program.options) { try await program.install(in: $0) }
  }
}
