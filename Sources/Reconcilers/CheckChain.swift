internal import CloudLinkerAPI
internal import Kubernetes

/// Checks that an object must pass before anything is done for it, in order. The first refusal decides.
///
/// A check is a small function from the facts to a refusal, or to nil. To add one, write the function and add its name
/// to the list of its kind.
struct CheckChain<Facts>: Sendable {
  typealias Check = @Sendable (Facts) -> Refusal?
  let checks: [Check]

  init(_ checks: Check...) { self.checks = checks }

  func refusal(_ facts: Facts) -> Refusal? {
    for check in checks {
      if let refusal = check(facts) { return refusal }
    }
    return nil
  }
}
