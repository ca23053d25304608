/// Computes how long to wait before another attempt: `initial × factor^(attempt − 1)`, at most `maximum`.
///
///     attempt            1      2      3      4      5       6
///     .watch (800 ms)    0–0.8  0–1.6  0–3.2  0–6.4  0–12.8  0–25.6 s
///     .reconcile (5 ms)  5      10     20     40     80      160 ms
public struct Backoff: Sendable, Hashable {
  /// `full` draws from zero to the delay, so that a thousand clients that failed together do not return together
  /// (AWS Architecture Blog, "Exponential Backoff And Jitter").
  public enum Jitter: Sendable { case none, full }

  public var initial: Duration
  public var factor: Double
  public var maximum: Duration
  public var jitter: Jitter

  public init(initial: Duration, factor: Double = 2, maximum: Duration, jitter: Jitter = .full) {
    self.initial = initial
    self.factor = factor
    self.maximum = maximum
    self.jitter = jitter
  }

  /// The values of client-go's reflector: 800 ms to 30 s.
  public static let watch = Backoff(initial: .milliseconds(800), maximum: .seconds(30))
  /// The values of controller-runtime's queue: 5 ms to 1000 s, by key.
  public static let reconcile = Backoff(initial: .milliseconds(5), maximum: .seconds(1000), jitter: .none)

  /// - Parameter attempt: counted from 1; the number of failures so far.
  public func delay(attempt: Int, using generator: inout some RandomNumberGenerator) -> Duration {
    var delay = initial
    for _ in 1..<max(2, min(attempt, 128)) where attempt > 1 && delay < maximum { delay = delay * factor }
    delay = min(delay, maximum)
    return jitter == .full ? delay * Double.random(in: 0...1, using: &generator) : delay
  }

  public func delay(attempt: Int) -> Duration {
    var generator = RandomSource()
    return delay(attempt: attempt, using: &generator)
  }
}

/// The system's random numbers. Unlike `SystemRandomNumberGenerator`, this type is not empty: ThreadSanitizer follows
/// the address of an inout argument, and an empty value has no valid one.
public struct RandomSource: RandomNumberGenerator, Sendable {
  private var draws: UInt64 = 0
  public init() {}
  public mutating func next() -> UInt64 {
    draws &+= 1
    return UInt64.random(in: .min ... .max)
  }
}
