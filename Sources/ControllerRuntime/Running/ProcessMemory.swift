internal import CSystem
public import Foundations

/// Keeps a program from holding more memory than it uses.
public enum ProcessMemory {
  /// Every `period`, until the task is cancelled: returns free heap memory to the system, and unmaps the code and
  /// constants of the program and its libraries, because most of it serves only the start or rare events. What is used
  /// again is mapped again from the page cache, which takes less than a millisecond in all. A debugger's breakpoints
  /// are lost.
  public static func release(every period: Duration, time: any TimeSource = SystemTimeSource()) async {
    while (try? await time.sleep(for: period)) != nil {
      system_release_free_memory()
      system_unmap_program()
    }
  }
}
