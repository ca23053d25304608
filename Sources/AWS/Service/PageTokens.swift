internal import Cloud

/// The tokens by which a list goes on, of which none may come twice: a service that repeats one would be asked for ever.
struct PageTokens {
  /// As the permission is named: `eks:ListClusters`.
  let operation: String
  private var seen: Set<String> = []

  init(_ operation: String) { self.operation = operation }

  /// - Parameter token: of the page that was read.
  /// - Returns: where to go on; nil: that was the last page.
  mutating func next(_ token: String?) throws(CloudError) -> String? {
    guard let token, !token.isEmpty else { return nil }
    guard seen.insert(token).inserted else {
      throw CloudError(.malformed, operation: operation, message: "the pages of the answer go in a circle")
    }
    return token
  }
}
