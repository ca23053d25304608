/// A set that keeps its elements in the order in which they were added. Every operation takes constant time.
struct OrderedSet<Element: Hashable> {
  private struct Links {
    var previous: Element?
    var next: Element?
  }
  private var links: [Element: Links] = [:]
  private(set) var first: Element?
  private var last: Element?

  var isEmpty: Bool { first == nil }
  var count: Int { links.count }

  /// The element that was added after `element`, among those that remain.
  func element(after element: Element) -> Element? { links[element]?.next }

  /// Adds `element` at the end. An element that is present keeps its place.
  mutating func append(_ element: Element) {
    guard links[element] == nil else { return }
    links[element] = Links(previous: last, next: nil)
    if let last { links[last]?.next = element } else { first = element }
    last = element
  }

  mutating func remove(_ element: Element) {
    guard let link = links.removeValue(forKey: element) else { return }
    if let previous = link.previous { links[previous]?.next = link.next } else { first = link.next }
    if let next = link.next { links[next]?.previous = link.previous } else { last = link.previous }
    // A dictionary keeps the memory of its largest size. A queue that was long once must not stay large.
    if links.isEmpty { links = [:] }
  }

  mutating func popFirst() -> Element? {
    guard let element = first else { return nil }
    remove(element)
    return element
  }
}
