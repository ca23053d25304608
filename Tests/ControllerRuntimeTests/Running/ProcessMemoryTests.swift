import FoundationEssentials
import Foundations
import TestSupport
import Testing

@testable import ControllerRuntime

@Suite(.timeLimit(.minutes(10))) struct ProcessMemoryTests {
  /// Resident pages of files, in KiB.
  private func resident() throws -> Int {
    let status = String(
      decoding: try #require(FileManager.default.contents(atPath: "/proc/self/status")),
      as: UTF8.self
    )
    let line = try #require(status.split(separator: "\n").first { $0.hasPrefix("RssFile:") })
    return try #require(line.split(separator: " ").compactMap { Int($0.filter(\.isNumber)) }.first)
  }

  @Test func theProgramGoesOnAfterItsPagesWereUnmapped() async throws {
    let time = VirtualTimeSource()
    let releasing = Task { await ProcessMemory.release(every: .seconds(60), time: time) }
    #expect(await eventually { time.sleeperCount == 1 })
    // Other tests map pages meanwhile.
    let shrank = await eventually {
      let before = try resident()
      await time.pass(.seconds(60))
      guard await eventually({ time.sleeperCount == 1 }) else { return false }
      return try resident() < before
    }
    #expect(shrank)
    releasing.cancel()
    await releasing.value
  }
}
