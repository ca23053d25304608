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
    let logger = Logger(level: flags.logLevel, format: flags.logFormat)
    do {
      let program = try await Program.make(flags: flags, logger: logger)
      let ended = try await program.run()
      logger.info("stopped", ["outcome": .string("\(ended)")])
      exit(ended == .stopped ? 0 : 1)
    } catch let error as UsageError {
      logger.error("could not start", ["error": .string(error.message)])
    } catch {
      logger.error("could not start", ["error": .string("\(error)")])
    }
    exit(1)
  }
}
