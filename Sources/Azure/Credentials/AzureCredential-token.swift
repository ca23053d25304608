internal import Cloud
internal import FoundationEssentials
internal import Foundations
internal import HTTPTransport

extension AzureCredential {
  /// Exchanges the credential for a token.
  /// - Parameter transport: one that retries, because 429 and 5xx of the metadata service are common while a machine
  ///   starts.
  func token(_ form: TokenRequest, over transport: any Transport) async throws(CloudError)
    -> CredentialCache<String>.Fetched
  {
    let request = form.request(self, assertion: try assertion())
    let response: HTTPResponse
    do throws(TransportError) { response = try await transport.send(request) } catch {
      throw CloudError(error, operation: "token")
    }
    let (token, lifetime) = try TokenRequest.token(in: response)
    return CredentialCache.Fetched(token, lifetime: lifetime)
  }

  private func assertion() throws(CloudError) -> String? {
    guard case .workloadIdentity(_, _, let file) = self else { return nil }
    guard let text = try? String(contentsOfFile: file, encoding: .utf8),
      let word = text.split(whereSeparator: \.isWhitespace).first
    else {
      throw CloudError(
        .unauthenticated,
        operation: "token",
        message: "AZURE_FEDERATED_TOKEN_FILE \(file) is missing, empty or unreadable"
      )
    }
    return String(word)
  }
}
