/// An element of an XML answer: text or children, as AWS's query protocols use them. Attributes are not kept.
public struct XMLElement: Sendable, Hashable {
  public var name: String
  /// The text of a leaf. For other elements the text between the children, which is of no use.
  public var text = ""
  public var children: [XMLElement] = []

  public init(_ name: String, text: String = "", children: [XMLElement] = []) {
    self.name = name
    self.text = text
    self.children = children
  }

  /// The first child with that name.
  public subscript(name: String) -> XMLElement? { children.first { $0.name == name } }

  /// The text of the first child with that name; nil if it is missing or empty.
  public func string(_ name: String) -> String? {
    guard let text = self[name]?.text, !text.isEmpty else { return nil }
    return text
  }

  public func bool(_ name: String) -> Bool { self[name]?.text == "true" }
  public func int(_ name: String) -> Int? { self[name].flatMap { Int($0.text) } }

  /// The `item`s (EC2) or `member`s (STS, IAM) of the list with that name; a missing list counts as empty.
  public func list(_ name: String) -> [XMLElement] {
    self[name]?.children.filter { $0.name == "item" || $0.name == "member" } ?? []
  }

  /// `key` and `value` of the list's elements; of equal keys the last one is kept.
  public func tags(_ name: String = "tagSet") -> [String: String] {
    Dictionary(list(name).map { ($0.string("key") ?? "", $0.string("value") ?? "") }) { $1 }
  }
}
