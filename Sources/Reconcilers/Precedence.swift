internal import Foundations
internal import Kubernetes

/// The older object, by creation and then by name, keeps what two ask for.
enum Precedence {
  static func isOlder<Object: Resource>(_ left: Object, _ right: Object) -> Bool {
    let zero = Timestamp(seconds: 0)
    let (a, b) = (left.metadata.creationTimestamp ?? zero, right.metadata.creationTimestamp ?? zero)
    return a == b ? left.key < right.key : a < b
  }
}
