/// Builds trees from libyaml's events, within limits.
struct YAMLParser {
  /// A value, and the cost of writing it out in full.
  private struct Node {
    var value: YAMLValue
    var nodes = 1
    var scalarBytes = 0
    /// The number of levels below this one.
    var height = 0

    mutating func hold(_ child: Node) {
      nodes += child.nodes
      scalarBytes += child.scalarBytes
      height = max(height, child.height + 1)
    }
  }
  private typealias Event = LibYAMLEvents.Event

  private let limits: YAMLLimits
  private var anchors: [String: Node] = [:]
  private var nodes = 0
  private var scalarBytes = 0

  init(limits: YAMLLimits) { self.limits = limits }

  mutating func parse(_ bytes: [UInt8]) throws(YAMLError) -> [YAMLValue] {
    guard bytes.count <= limits.inputBytes else {
      throw YAMLError("is \(bytes.count) bytes long; at most \(limits.inputBytes) are read")
    }
    let events = try LibYAMLEvents(bytes)
    var documents: [YAMLValue] = []
    while true {
      let event = try events.next()
      switch event.kind {
      case .streamEnd: return documents
      case .documentStart:
        anchors.removeAll(keepingCapacity: true)
        documents.append(try node(events, try events.next(), depth: 1).value)
      default: continue
      }
    }
  }

  private mutating func node(
    _ events: borrowing LibYAMLEvents,
    _ event: Event,
    depth: Int
  ) throws(YAMLError) -> Node {
    guard depth <= limits.depth else { throw event.error("is nested more than \(limits.depth) levels deep") }
    switch event.kind {
    case .alias(let name):
      // An anchor is known once its value is complete, so that no value can contain itself.
      guard let known = anchors[name] else { throw event.error("alias *\(name) stands for nothing") }
      guard depth + known.height <= limits.depth else {
        throw event.error("alias *\(name) is nested more than \(limits.depth) levels deep")
      }
      try charge(known.nodes, known.scalarBytes, event)
      return known
    case .scalar(let text, let tag, let isPlain, let anchor):
      try charge(1, text.utf8.count, event)
      let value = try YAMLScalar.value(of: text, tag: tag, isPlain: isPlain, at: event)
      return keep(Node(value: value, scalarBytes: text.utf8.count), anchor)
    case .sequenceStart(let anchor):
      try charge(1, 0, event)
      return keep(try sequence(events, depth: depth), anchor)
    case .mappingStart(let anchor):
      try charge(1, 0, event)
      return keep(try mapping(events, depth: depth), anchor)
    default: throw event.error("a value was expected")
    }
  }

  private mutating func sequence(_ events: borrowing LibYAMLEvents, depth: Int) throws(YAMLError) -> Node {
    var node = Node(value: .null)
    var items: [YAMLValue] = []
    while true {
      let event = try events.next()
      if case .end = event.kind { break }
      let item = try self.node(events, event, depth: depth + 1)
      node.hold(item)
      items.append(item.value)
    }
    node.value = .array(items)
    return node
  }

  private mutating func mapping(_ events: borrowing LibYAMLEvents, depth: Int) throws(YAMLError) -> Node {
    var node = Node(value: .null)
    var members: [YAMLValue.Member] = []
    var seen: Set<String> = []
    var merged: [(YAMLValue, Event)] = []
    while true {
      let event = try events.next()
      if case .end = event.kind { break }
      guard case .scalar(let text, let tag, let isPlain, nil) = event.kind else {
        throw event.error("a key must be a scalar without an anchor")
      }
      try charge(1, text.utf8.count, event)
      let value = try self.node(events, try events.next(), depth: depth + 1)
      node.hold(value)
      node.nodes += 1
      node.scalarBytes += text.utf8.count
      if text == "<<", isPlain, tag == nil {
        merged.append((value.value, event))
        continue
      }
      let key = try YAMLScalar.key(text, tag: tag, isPlain: isPlain, at: event)
      guard seen.insert(key).inserted else { throw event.error("key \"\(key)\" is there twice") }
      members.append(YAMLValue.Member(key, value.value))
    }
    for (value, event) in merged { try Self.merge(value, at: event, into: &members, &seen) }
    node.value = .object(members)
    return node
  }

  /// Merges `<<`: the keys of another mapping, or of several, that this one lacks (yaml.org/type/merge.html).
  private static func merge(
    _ value: YAMLValue,
    at event: Event,
    into members: inout [YAMLValue.Member],
    _ seen: inout Set<String>
  ) throws(YAMLError) {
    var sources = [value]
    if case .array(let several) = value { sources = several }
    for source in sources {
      guard case .object(let others) = source else { throw event.error("<< takes a mapping, or a list of mappings") }
      for member in others where seen.insert(member.key).inserted { members.append(member) }
    }
  }

  private mutating func keep(_ node: Node, _ anchor: String?) -> Node {
    if let anchor { anchors[anchor] = node }
    return node
  }

  private mutating func charge(_ nodes: Int, _ scalarBytes: Int, _ event: Event) throws(YAMLError) {
    self.nodes += nodes
    self.scalarBytes += scalarBytes
    guard self.nodes <= limits.nodes else { throw event.error("holds more than \(limits.nodes) values") }
    guard self.scalarBytes <= limits.scalarBytes else {
      throw event.error("holds more than \(limits.scalarBytes) bytes of text")
    }
  }
}
