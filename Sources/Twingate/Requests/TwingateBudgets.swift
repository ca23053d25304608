public import Foundations

/// Keeps one budget for each network at Twingate.
public final class TwingateBudgets: Sendable {
  private let known = Locked<[String: TwingateBudget]>([:])
  private let make: @Sendable () -> TwingateBudget

  /// - Parameters:
  ///   - reads, writes: how many requests of each kind may be sent to one network in any 60 s.
  public init(reads: Int = 60, writes: Int = 20, time: any TimeSource = SystemTimeSource()) {
    make = { TwingateBudget(reads: reads, writes: writes, time: time) }
  }

  public func budget(of network: TwingateNetwork) -> TwingateBudget {
    known.withLock { known in
      if let budget = known[network.name] { return budget }
      let budget = make()
      known[network.name] = budget
      return budget
    }
  }
}
