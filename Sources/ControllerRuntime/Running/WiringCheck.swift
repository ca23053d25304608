internal import Foundations

/// Remembers whether a part that does nothing until it is run was added to a `Manager`.
///
/// A part (a controller, an informer, an event recorder) creates its check together with itself, passes it to its
/// registry, and meets it when it is added to the manager or run:
///
///     let wiring = WiringCheck("controller \"pods\" is never run: pass it to manager.add")
///     registry.expect(wiring)
///     …
///     wiring.meet()
///
/// `Manager.run` throws a `WiringError` while a check of its registry is not met. A line that the program lacks then
/// shows at its first start, and not as an object that nothing reconciles.
public final class WiringCheck: Sendable {
  /// Names the part and says what to do; for the programmer.
  public let complaint: String
  private let met = Locked(false)

  public init(_ complaint: String) { self.complaint = complaint }

  public var isMet: Bool { met.withLock { $0 } }
  public func meet() { met.withLock { $0 = true } }
}

extension MetricsRegistry {
  /// Makes the manager that shares this registry check `check`. The same check may be passed again.
  public func expect(_ check: WiringCheck) {
    checks.withLock { checks in
      if !checks.contains(where: { $0 === check }) { checks.append(check) }
    }
  }

  /// The complaints of all checks that are not met, each once.
  var complaints: [String] {
    var known: Set<String> = []
    return checks.withLock { $0 }.filter { !$0.isMet }.map(\.complaint).filter { known.insert($0).inserted }
  }
}

/// The parts of a program do not fit together. This is a mistake in the program that no retry fixes.
public struct WiringError: Error, Sendable, Hashable, CustomStringConvertible {
  /// A sentence for each mistake.
  public var complaints: [String]
  public init(_ complaints: [String]) { self.complaints = complaints }
  public var description: String { complaints.joined(separator: "; ") }
}
