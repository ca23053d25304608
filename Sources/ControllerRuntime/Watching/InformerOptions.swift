public import Foundations

/// How an informer reads; the same for every kind.
public struct InformerOptions: Sendable, Hashable {
  /// How to get the first objects. A server that does not know WatchList rejects it, which costs one request.
  public enum Initial: Sendable { case list, watchList }
  public var initial = Initial.watchList
  /// Objects in one page of a list (client-go: 500).
  public var pageSize = 500
  /// Whether the very first list comes in pages too. By default the server answers it from its memory, which is cheap for
  /// the server and comes in one piece however large it is. Pages are read from etcd, so choose them for a kind that may have
  /// too many objects to hold at once. It matters only to servers without WatchList.
  public var pagesFirstList = false
  /// How long the server may keep one watch open, in seconds. A random value from this range is taken for each watch, so
  /// that they do not all end together (client-go: 5 to 10 min).
  public var watchTimeout: ClosedRange<Int64> = 300...600
  /// Delays after failures (client-go: 800 ms to 30 s, full jitter).
  public var backoff = Backoff.watch
  public init() {}
}
