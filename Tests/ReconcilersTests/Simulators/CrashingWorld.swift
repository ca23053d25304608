import Foundations
import HTTPTransportTesting
import Kubernetes
import KubernetesTesting
import TestSupport

@testable import ControllerRuntime

/// An API server in memory, and one operator process after another that looks after its objects.
protocol CrashingWorld: AnyObject, Sendable {
  var server: MemoryServer { get }
  /// The way to everything outside the cluster.
  var faults: FaultTransport { get }
  /// The number of faults before this process started; nil: faults do not crash it.
  var survived: Locked<Int?> { get }
}

extension CrashingWorld {
  /// The process crashes at its request of that number, with this fault, and reaches neither cloud nor cluster any more.
  func crash(with fault: FaultTransport.Fault, at number: Int) {
    faults.inject(fault, skipping: number - 1)
    faults.inject(.drop(), skipping: number - 1, times: .max)
    survived.withLock { $0 = faults.injected.count }
    server.setFault { [weak self] call in
      self?.hasCrashed == true ? KubernetesError(.transport, "\(call): the process has crashed") : nil
    }
  }

  var hasCrashed: Bool { survived.withLock { $0.map { $0 < faults.injected.count } ?? false } }

  /// Another process starts, which nothing crashes yet.
  func forgetCrash() {
    faults.clear()
    survived.withLock { $0 = nil }
  }
}

extension EventRecorder {
  /// The notes of the events for that reason. It records none afterwards.
  func notes(_ reason: String, in server: MemoryServer) async -> [String] {
    let task = Task { await run() }
    task.cancel()
    await task.value
    return server.objects(Event.self).filter { $0.reason == reason }.compactMap(\.note)
  }
}
