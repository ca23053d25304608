import HTTPTransportTesting
import SimulatorSupport
import Testing

@testable import CloudClusters

/// The operator crashes at each write of a cluster's creation, and in the same life at the write of that number of its
/// deletion.
enum ClusterCrashes {
  static func atEveryWrite<Rig: ClusterHistoryRig>(
    of type: Rig.Type,
    _ fault: FaultTransport.Fault,
    _ isWrite: @escaping FaultTransport.Predicate
  ) async throws {
    let undisturbed = try await Rig()
    let nothing = try await undisturbed.door.counts()
    try await undisturbed.driver.settle()
    let whole = try await undisturbed.door.counts()
    for index in 0... {
      let rig = try await Rig()
      for (goal, end) in [(ClusterGoal.present, whole), (.absent, nothing)] {
        rig.faults.clear()
        rig.faults.inject(fault, on: isWrite, skipping: index)
        try await rig.driver.settleThroughCrashes(goal, rig.faults)
        #expect(try await rig.door.counts() == end, "at write \(index), \(goal)")
      }
      guard !rig.faults.injected.isEmpty else { return }
    }
  }
}
