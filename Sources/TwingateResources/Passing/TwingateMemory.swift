package import Cloud
package import CloudResources
package import Twingate

/// Stores what a pass must not lose in a crash.
package protocol TwingateMemory: Sendable {
  /// Called before an object without tags is made, and after every round that changed the ledger.
  func keep(_ ledger: Ledger) async throws(CloudError)
  /// Called as soon as a pair of tokens was made, because Twingate shows it once.
  /// - Parameter rotation: the `tokenRotation` for which it was made.
  func store(_ tokens: ConnectorTokens, connector: String, id: String, rotation: String) async throws(CloudError)
  /// Called as soon as a key was made, because Twingate shows it once.
  func store(_ key: ServiceAccountKeyCreation, serviceAccount: String) async throws(CloudError)
}
