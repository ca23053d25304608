public import Cloud
public import Foundations

extension GKE {
  /// A change that GKE accepted. A cluster has one at a time, whoever began it.
  public struct Operation: Decodable, Sendable, Hashable {
    struct Failure: Decodable, Sendable, Hashable {
      /// Of google.rpc.Code.
      var code: Int?
      var message: String?
    }
    public var name: String
    /// CREATE_CLUSTER, UPGRADE_NODES, …
    public var operationType: String?
    /// PENDING, RUNNING, ABORTING, DONE.
    public var status: String?
    public var endTime: String?
    private var error: Failure?

    public var isDone: Bool { status == "DONE" }
    public var endedAt: Timestamp? { endTime.flatMap { Timestamp($0) } }

    /// Why it failed; nil: it did not, or it goes on.
    public var failure: CloudError? {
      guard isDone, let error else { return nil }
      let kind: CloudError.Kind =
        switch error.code {
        case 7: .forbidden
        case 8: .quota
        default: .failed
        }
      let message = error.message ?? "no explanation"
      return CloudError(
        kind,
        operation: GoogleErrors.printable(operationType ?? "operation", limit: 100),
        message: GoogleErrors.printable(message, limit: 1000)
      )
    }
  }
}
