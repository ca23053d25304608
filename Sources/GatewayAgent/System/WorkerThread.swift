internal import CSystem

/// Threads for what blocks: never the cooperative pool, which has as many threads as the pod has cores.
enum WorkerThread {
  private final class Body {
    let run: @Sendable () -> Void
    init(_ run: @escaping @Sendable () -> Void) { self.run = run }
  }

  /// - Parameter name: at most 15 bytes are shown by the kernel.
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
