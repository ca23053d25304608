internal import Foundations

/// Keeps one copy of each string that many objects of a cache share. A decoder makes a new one for every object; pass the
/// strings that repeat through `shared` in an informer's transform. Metadata are seen to by the cache itself.
public final class SharedStrings: Sendable {
  private let strings = Locked(Interner())
  public init() {}

  /// `text`, in the storage of an equal string that was seen before, if there was one.
  public func shared(_ text: String) -> String { strings.withLock { $0.intern(text) } }
}
