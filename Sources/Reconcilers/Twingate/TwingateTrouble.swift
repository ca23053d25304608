internal import Cloud
internal import CloudLinkerAPI
internal import CloudResources

/// Why Twingate refuses or does not answer, for people.
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
      // What could not be kept in the cluster ends a pass.
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

  /// The operation that finds out where a network is.
  private static let lookup = "network"
}
