internal import CloudLinkerAPI
internal import TwingateResources

extension Reason {
  init(_ reason: TwingateReport.Refusal.Reason) {
    self =
      switch reason {
      case .principalNotFound: .principalNotFound
      case .principalAmbiguous: .principalAmbiguous
      case .expired: .expired
      case .invalidSpec, .aliasConflict: .invalidSpec
      case .foreignObject: .foreignObject
      case .existingNotFound: .existingNotFound
      case .exposeRefused: .exposeRefused
      case .notReachable: .notReachable
      }
  }
}
