internal import Glibc

/// Notices changes of the entries of a folder (inotify(7)). The kubelet's swap of `..data` in a mounted Secret is one.
final class FolderWatch {
  private let path: String
  private let descriptor: Int32
  private var isArmed = false
  private static let changes =
    UInt32(IN_CREATE | IN_DELETE | IN_MOVED_FROM | IN_MOVED_TO | IN_CLOSE_WRITE | IN_ATTRIB | IN_DELETE_SELF)

  init(path: String) {
    self.path = path
    // The header defines IN_CLOEXEC and IN_NONBLOCK as these.
    descriptor = inotify_init1(O_CLOEXEC | O_NONBLOCK)
  }
  deinit { if descriptor >= 0 { close(descriptor) } }

  /// Forgets the changes so far and watches for more. Call it before reading the folder, so that no change is missed.
  /// - Returns: false while the folder cannot be watched; then only reading it again shows changes.
  func arm() -> Bool {
    guard descriptor >= 0 else { return false }
    var buffer = [UInt8](repeating: 0, count: 4096)
    while read(descriptor, &buffer, buffer.count) > 0 {}
    // The watch is added each time, since another folder may have taken this one's place; the kernel keeps one watch a
    // folder.
    isArmed = inotify_add_watch(descriptor, path, Self.changes) >= 0
    return isArmed
  }

  /// Returns when something has changed since `arm`, or when the time is over.
  func wait(for duration: Duration) {
    _ = Poll.wait(isArmed ? [(descriptor, Int16(POLLIN))] : [], for: duration)
  }
}
