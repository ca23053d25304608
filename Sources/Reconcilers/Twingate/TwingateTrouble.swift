internal import Cloud
internal import CloudLinkerAPI
internal import CloudResources

/// A failure or refusal of Twingate, explained for people.
struct TwingateTrouble {
  let reason: Reason
  let message: String

  init(reason: Reason, message: String) {
    (self.reason, self.message) = (reason, message)
  }

  init(_ error: CloudError) {
    switch error.kind {
    case .unauthenticated:
      reason = .credentialsRefused
      message =
        "Twingate refuses the API token (\(error)): make another in its console and put it into the Secret that "
        + "spec.twingate.apiTokenSecretRef names"
    case .forbidden:
      reason = .permissionMissing
      message = "\(error): the API token's level is too low. Make one of level Read, Write & Provision"
    case .conflict:
      // The pass ended because something could not be stored in the cluster.
      reason = .apiError
      message = "could not \(error)"
    case .notFound where error.operation == Self.lookup:
      reason = .existingNotFound
      message = "spec.twingate.network: \(error.message)"
    default:
      reason = Reason(ProblemKind(refused: error))
      message = "\(error)"
    }
  }

  /// The operation that finds the shard of a network.
  private static let lookup = "network"
}
