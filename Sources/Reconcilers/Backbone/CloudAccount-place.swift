extension CloudAccount {
  /// One of the places for those who work on an account at once. It is given back when nobody holds it any more.
  final class Place: Sendable {
    private let account: CloudAccount
    fileprivate init(_ account: CloudAccount) { self.account = account }
    deinit { account.leave() }
  }

  /// Nil: all are taken. The caller requeues instead of blocking a worker, which Backbones of other accounts need.
  func place() -> Place? { enter() ? Place(self) : nil }
}
