import TestSupport
import Testing

@testable import CloudLinkerCommand

@Suite struct InvocationTests {
  private func parse(_ line: String) throws -> Invocation {
    try Invocation(line.split(separator: " ").map(String.init))
  }

  private func message(_ line: String) -> String? {
    do {
      _ = try parse(line)
      return nil
    } catch {
      return (error as? CommandLineError)?.message
    }
  }

  @Test func flagsStandAnywhereAfterTheCommand() throws {
    let invocation = try parse("logs -n production office --tunnel=a --tail 50 -o json")
    #expect(invocation.command == .logs)
    #expect(invocation.subjects == ["office"])
    #expect(invocation.namespace == "production")
    #expect(invocation.tunnel == "a")
    #expect(invocation.tail == 50)
    #expect(invocation.output == .json)
  }

  @Test(arguments: [
    ("", "which command? `kubectl cloudlinker help` lists them"),
    ("status office", "status takes no argument, but there is office"),
    ("suspend", "suspend takes one argument: an object, such as vpnc/office"),
    ("logs a b", "logs takes one argument: a connection, such as office"),
    ("status -o yaml", "-o is text or json, not yaml"),
    ("reconcile bb/aws --timeout 0", "--timeout is a number above 0, not 0"),
    ("status -n", "-n needs a value"),
    ("status --color", "there is no flag --color; `kubectl cloudlinker help` lists them"),
    ("uninstall", "uninstall only checks and never deletes: say `uninstall --check`"),
  ]) func whatIsNotUnderstoodIsReported(_ line: String, _ expected: String) {
    #expect(message(line) == expected)
  }

  @Test func anUnknownCommandIsAnsweredWithThoseThatThereAre() {
    #expect(message("stat")?.hasPrefix("there is no command stat; there are: status, tree, doctor") == true)
  }

  @Test func helpNamesEveryCommand() {
    for command in Command.allCases { #expect(Command.usage.contains("  \(command.rawValue) ")) }
  }

  @Test(arguments: ["bash", "zsh", "fish"]) func aCompletionScriptNamesEveryCommand(_ shell: String) throws {
    let script = try Completion.script(shell)
    for command in Command.allCases { #expect(script.contains(command.rawValue)) }
  }

  @Test func anotherShellIsRefused() {
    #expect(throws: CommandLineError("completion is for bash, zsh or fish, not tcsh")) {
      try Completion.script("tcsh")
    }
  }
}
