internal import Foundations

/// Keeps one copy of each string that many objects of a cache share. A decoder creates a new one for every object. Pass
/// strings that repeat through `shared` in an informer's transform. The cache itself does so for metadata.
public final class SharedStrings: Sendable {
  private let strings = Locked(Interner())
  public init() {}

  /// `text`, in the storage of an equal string that was seen before, if there is one.
  public func shared(_ text: String) -> String { strings.withLock { $0.intern(text) } }
}
