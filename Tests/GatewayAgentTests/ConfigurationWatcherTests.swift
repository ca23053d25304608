import Foundations
import Gateway
import Glibc
import TestSupport
import Testing

@testable import GatewayAgent

/// A real folder, changed as the kubelet changes a mounted Secret.
@Suite struct ConfigurationWatcherTests {
  let context = AgentContext(
    log: Logger(level: .error, format: .text, write: { _ in }),
    time: SystemTimeSource(),
    runtime: RuntimeDirectory(path: "/nonexistent")
  )
  let path = "/tmp/cloudlinker-configuration-\(UInt64.random(in: 0 ... .max))"

  private func shell(_ script: String) {
    let result = Shell.run(#"set -eu; mkdir -p "$1"; cd "$1"; eval "$2""#, [path, script])
    #expect(result.exitCode == 0, "\(result.output)")
  }
  /// Waits for it, a minute at most.
  private func becomesTrue(_ wakeup: Wakeup, _ condition: (AgentState) -> Bool) -> Bool {
    let deadline = ContinuousClock.now.advanced(by: .seconds(60))
    while ContinuousClock.now < deadline {
      if context.read(condition) { return true }
      wakeup.wait(for: .seconds(1))
    }
    return false
  }

  @Test func theKubeletsSwapIsNoticed() {
    defer { shell("rm -rf ../\(path.split(separator: "/").last ?? "x")") }
    shell("mkdir ..1; echo '{}' >..1/gateway.json; ln -s ..1 ..data; ln -s ..data/gateway.json gateway.json")
    let wakeup = context.listen()
    ConfigurationWatcher(context: context, folder: ConfigurationFolder(path: path)).start()
    #expect(becomesTrue(wakeup) { $0.configurationError?.contains("has no field") == true })
    shell("mkdir ..2; echo 'x' >..2/gateway.json; ln -s ..2 ..data_tmp; mv -T ..data_tmp ..data; rm -r ..1")
    #expect(becomesTrue(wakeup) { $0.configurationError?.contains("has no field") == false })
    #expect(context.read { $0.measures.refusedReloads } == 2)
  }

  @Test func aWatchNoticesChangesOfEntriesAndTakesThemOnce() {
    defer { shell("rm -rf ../\(path.split(separator: "/").last ?? "x")") }
    let watch = FolderWatch(path: path)
    #expect(!watch.arm(), "there is no folder yet")
    shell("touch a")
    #expect(watch.arm())
    for change in ["touch b", "mv b c", "rm c", "echo x >a"] {
      shell(change)
      let began = ContinuousClock.now
      watch.wait(for: .seconds(60))
      #expect(ContinuousClock.now - began < .seconds(30), "\(change) was not noticed")
      #expect(watch.arm())
    }
    let began = ContinuousClock.now
    watch.wait(for: .milliseconds(20))
    #expect(ContinuousClock.now - began >= .milliseconds(20), "nothing has changed")
  }
}
