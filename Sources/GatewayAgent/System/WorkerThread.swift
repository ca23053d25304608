internal import CSystem

/// Threads for blocking work, which must stay out of Swift's cooperative pool: that has one thread a core.
enum WorkerThread {
  private final class Body {
    let run: @Sendable () -> Void
    init(_ run: @escaping @Sendable () -> Void) { self.run = run }
  }

  /// - Parameter name: the kernel shows at most 15 bytes of it.
  static func start(_ name: String, _ body: @escaping @Sendable () -> Void) {
    let argument = Unmanaged.passRetained(Body(body)).toOpaque()
    let result = system_start_thread(
      String(name.prefix(15)),
      512 * 1024,
      { argument in
        if let argument { Unmanaged<Body>.fromOpaque(argument).takeRetainedValue().run() }
        return nil
      },
      argument
    )
    if result != 0 { Unmanaged<Body>.fromOpaque(argument).release() }
  }
}
