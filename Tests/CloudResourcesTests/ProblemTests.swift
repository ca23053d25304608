import Cloud
import CloudResources
import Testing

/// The same situation has the same reason in every cloud.
@Suite struct ProblemTests {
  @Test func onlyTroubleOfTheCloudIsBlamedOnTheCloud() {
    let blamed = CloudError.Kind.allCases.filter {
      ProblemKind(refused: CloudError($0, operation: "test", message: "")) == .cloudUnavailable
    }
    #expect(blamed == [.throttled, .unavailable, .transport, .malformed])
  }

  @Test(arguments: [
    (CloudError.Kind.conflict, ProblemKind.changedMeanwhile), (.unsatisfiable, .invalidSpec),
    (.notFound, .refusedByCloud), (.quota, .quotaExceeded), (.inUse, .inUse), (.alreadyExists, .foreignObject),
  ])
  func aRefusalHasTheReasonOfItsSituation(kind: CloudError.Kind, problem: ProblemKind) {
    #expect(ProblemKind(refused: CloudError(kind, operation: "test", message: "")) == problem)
  }
}
