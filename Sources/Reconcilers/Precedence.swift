internal import Foundations
internal import Kubernetes

/// If two objects ask for the same thing, the older one, by creation and then by name and kind, keeps it.
enum Precedence {
  static func isOlder<Left: Resource, Right: Resource>(_ left: Left, _ right: Right) -> Bool {
    let zero = Timestamp(seconds: 0)
    let (a, b) = (left.metadata.creationTimestamp ?? zero, right.metadata.creationTimestamp ?? zero)
    guard a == b else { return a < b }
    return left.key == right.key ? Left.resourceType.kind < Right.resourceType.kind : left.key < right.key
  }
}
