internal import CloudLinkerAPI
internal import CloudResources

extension Reason {
  init(_ kind: ProblemKind) {
    self =
      switch kind {
      case .invalidSpec: .invalidSpec
      case .foreignObject: .foreignObject
      case .existingNotFound: .existingNotFound
      case .inUse: .inUse
      case .quotaExceeded: .quotaExceeded
      case .permissionMissing: .permissionMissing
      case .credentialsRefused: .credentialsRefused
      case .refusedByCloud: .refusedByCloud
      case .cloudFailure: .cloudFailure
      case .changedMeanwhile: .progressing
      case .cloudUnavailable: .cloudUnavailable
      }
  }
}
