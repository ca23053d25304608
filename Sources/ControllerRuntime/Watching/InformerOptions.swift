public import Foundations

/// How an informer reads; the same for every kind.
public struct InformerOptions: Sendable, Hashable {
  /// How to read the first objects. A server that does not know WatchList refuses it, which costs one request.
  public enum Initial: Sendable { case list, watchList }
  public var initial = Initial.watchList
  /// Objects in a page of a list (client-go: 500).
  public var pageSize = 500
  /// Whether even the first list is read in pages. By default the server answers it from memory, which is cheap for the
  /// server, and in one piece, however large. Pages are read from etcd, so use them for a kind with too many objects to
  /// hold at once. This matters only with servers without WatchList.
  public var pagesFirstList = false
  /// How long the server may keep a watch open, in seconds. Each watch gets a random value from this range, so that
  /// they do not all end together (client-go: 5 to 10 min).
  public var watchTimeout: ClosedRange<Int64> = 300...600
  /// Delays after failures (client-go: 800 ms to 30 s, full jitter).
  public var backoff = Backoff.watch
  public init() {}

  /// The defaults, but even the first list is read in pages. Use it for kinds with tens of thousands of objects.
  public static var paged: InformerOptions {
    var options = InformerOptions()
    options.pagesFirstList = true
    return options
  }
}
