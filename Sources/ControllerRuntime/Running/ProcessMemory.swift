internal import CSystem
public import Foundations

/// What a program can do so that it takes no more memory than it uses.
public enum ProcessMemory {
  /// After `delay`, once: unmaps the code and constants of the program and of its libraries, most of which only the start
  /// needed. What is used is mapped again when it is; the page cache keeps it meanwhile. A debugger's breakpoints are
  /// lost.
  public static func unmapProgram(after delay: Duration, time: any TimeSource = SystemTimeSource()) async {
    guard (try? await time.sleep(for: delay)) != nil else { return }
    system_unmap_program()
  }
}
