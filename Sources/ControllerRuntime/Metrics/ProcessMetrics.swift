internal import FoundationEssentials
internal import Foundations
internal import Glibc

/// `process_*` of this process, under client_golang's names, read from /proc at each exposition.
public enum ProcessMetrics {
  public static func register(in registry: MetricsRegistry) {
    let started = Timestamp.now()
    registry.beforeExposition { [weak registry] in
      guard let registry else { return }
      registry.set(
        "process_start_time_seconds",
        to: Double(started.microseconds) / 1e6,
        help: "When the process started"
      )
      if let pages = statm() {
        registry.set(
          "process_resident_memory_bytes",
          to: Double(pages) * Double(sysconf(Int32(_SC_PAGESIZE))),
          help: "Resident memory"
        )
      }
      var limit = rlimit()
      if getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 {
        registry.set("process_max_fds", to: Double(limit.rlim_cur), help: "Most file descriptors it may open")
      }
      if let files = try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd") {
        registry.set("process_open_fds", to: Double(files.count), help: "Open file descriptors")
      }
      var usage = rusage()
      getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
      let seconds = [usage.ru_utime, usage.ru_stime].reduce(0) { $0 + Double($1.tv_sec) + Double($1.tv_usec) / 1e6 }
      registry.setCounter("process_cpu_seconds_total", to: seconds, help: "CPU time, user and system")
    }
  }

  /// Resident pages: the second number of /proc/self/statm.
  private static func statm() -> Int? {
    guard let bytes = FileManager.default.contents(atPath: "/proc/self/statm") else { return nil }
    let numbers = String(decoding: bytes, as: UTF8.self).split(separator: " ")
    return numbers.count > 1 ? Int(numbers[1]) : nil
  }
}
