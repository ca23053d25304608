internal import Cloud

/// The tokens of a list's pages. None may occur twice, because a service that repeats one would be asked for ever.
struct PageTokens {
  /// The name in the permission: `eks:ListClusters`.
  let operation: String
  private var seen: Set<String> = []

  init(_ operation: String) { self.operation = operation }

  /// - Parameter token: the token in the page that was read.
  /// - Returns: the token of the next page; nil after the last page.
  mutating func next(_ token: String?) throws(CloudError) -> String? {
    guard let token, !token.isEmpty else { return nil }
    guard seen.insert(token).inserted else {
      throw CloudError(.malformed, operation: operation, message: "the pages of the answer go in a circle")
    }
    return token
  }
}
