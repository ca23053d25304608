internal import CloudLinkerAPI
internal import Foundations
internal import Kubernetes

/// What an object's own status reports about its trouble.
///
///     being deleted   for more than ten minutes                       fail
///     generation      not looked at for more than a minute            fail
///     Ready           True, suspended or in plan mode                 nothing
///                     False and Stalled                               fail
///                     anything else                                   warn
enum ObjectJudgement {
  static let longestDeletion = Duration.seconds(600)
  static let longestUnseen = Duration.seconds(60)

  static func finding(_ object: some EnvironmentObject, now: Timestamp) -> Doctor.Finding? {
    let message = object.ready?.message ?? "the operator has said nothing about it"
    if let deleted = object.metadata.deletionTimestamp {
      let age = now.since(deleted)
      guard age > longestDeletion else { return nil }
      return .fail("\(object.title): being deleted for \(age.rounded): \(message)")
    }
    if object.isUnseen {
      // It is not known when the spec changed; that cannot be longer ago than the object's creation.
      let age = object.metadata.creationTimestamp.map { now.since($0) } ?? .zero
      guard age > longestUnseen else { return nil }
      return .fail(
        "\(object.title): the operator has not looked at its spec: is it running, and does it watch this namespace?"
      )
    }
    guard !object.isReady, !object.isSuspended, !object.isPlanOnly else { return nil }
    let words = "\(object.title): \(object.ready?.reason ?? "Pending"): \(message)"
    return object.status?.conditions?[.stalled]?.status == "True" ? .fail(words) : .warn(words)
  }
}
