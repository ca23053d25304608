extension CloudAccount {
  /// A slot for a pass over an account. It is released with its last reference.
  final class Place: Sendable {
    private let account: CloudAccount
    fileprivate init(_ account: CloudAccount) { self.account = account }
    deinit { account.leave() }
  }

  /// Takes a slot if one is free; nil otherwise. The caller requeues instead of blocking a worker, which Backbones of
  /// other accounts need.
  func place() -> Place? { enter() ? Place(self) : nil }
}
