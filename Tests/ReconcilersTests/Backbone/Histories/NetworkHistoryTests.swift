import FoundationEssentials
import Testing

@Suite struct NetworkHistoryTests {
  /// Always the same hundred in each cloud. `CLOUDLINKER_HISTORIES=0-999` runs others, and `=7-7` one of them.
  private static let seeds: ClosedRange<UInt64> = {
    let text = ProcessInfo.processInfo.environment["CLOUDLINKER_HISTORIES"] ?? "0-99"
    let ends = text.split(separator: "-").compactMap { UInt64($0) }
    guard ends.count == 2, ends[0] <= ends[1] else {
      fatalError("CLOUDLINKER_HISTORIES=\(text): two numbers, as in 0-999")
    }
    return ends[0]...ends[1]
  }()

  @Test func anyHistoryInAWSEndsAsTheSpecSaysAndItsDeletionLeavesNothing() async {
    await run(AWSHistoryCloud.self)
  }

  @Test func anyHistoryInAzureEndsAsTheSpecSaysAndItsDeletionLeavesNothing() async {
    await run(AzureHistoryCloud.self)
  }

  @Test func anyHistoryInGoogleCloudEndsAsTheSpecSaysAndItsDeletionLeavesNothing() async {
    await run(GoogleCloudHistoryCloud.self)
  }

  private func run<Cloud: HistoryCloud>(_ cloud: Cloud.Type) async {
    await withTaskGroup(of: Void.self) { group in
      for worker in UInt64(0)..<4 {
        group.addTask {
          for seed in Self.seeds where seed % 4 == worker {
            var history = NetworkHistory<Cloud>(seed: seed)
            do {
              try await history.run()
            } catch {
              Issue.record("CLOUDLINKER_HISTORIES=\(seed)-\(seed): \(error)")
            }
          }
        }
      }
    }
  }
}
