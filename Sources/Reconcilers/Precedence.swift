internal import Foundations
internal import Kubernetes

/// The older object, by creation and then by name and kind, keeps what two ask for.
enum Precedence {
  static func isOlder<Left: Resource, Right: Resource>(_ left: Left, _ right: Right) -> Bool {
    let zero = Timestamp(seconds: 0)
    let (a, b) = (left.metadata.creationTimestamp ?? zero, right.metadata.creationTimestamp ?? zero)
    guard a == b else { return a < b }
    return left.key == right.key ? Left.resourceType.kind < Right.resourceType.kind : left.key < right.key
  }
}
