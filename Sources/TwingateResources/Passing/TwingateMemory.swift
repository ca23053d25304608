package import Cloud
package import CloudResources
package import Twingate

/// Where a pass keeps what has to outlive a crash.
package protocol TwingateMemory: Sendable {
  /// Called before an object is made that has no tags, and after every round that changed the ledger.
  func keep(_ ledger: Ledger) async throws(CloudError)
  /// Called at once when a pair was made: it is shown this once.
  /// - Parameter rotation: the `tokenRotation` that it was made for.
  func store(_ tokens: ConnectorTokens, connector: String, id: String, rotation: String) async throws(CloudError)
  /// Called at once when a key was made: it is shown this once.
  func store(_ key: ServiceAccountKeyCreation, serviceAccount: String) async throws(CloudError)
}
