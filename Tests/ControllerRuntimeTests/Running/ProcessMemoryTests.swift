import FoundationEssentials
import Foundations
import TestSupport
import Testing

@testable import ControllerRuntime

@Suite(.timeLimit(.minutes(1))) struct ProcessMemoryTests {
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
    let before = try resident()
    let unmapping = Task { await ProcessMemory.unmapProgram(after: .seconds(30), time: time) }
    #expect(await eventually { time.sleeperCount == 1 })
    time.advance(by: .seconds(30))
    await unmapping.value
    #expect(try resident() < before)
  }
}
