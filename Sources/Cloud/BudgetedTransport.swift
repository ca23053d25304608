public import HTTPTransport

/// Holds back each request until the budget allows it.
public struct BudgetedTransport: Transport {
  private let base: any Transport
  private let budget: RequestBudget

  public init(_ base: any Transport, budget: RequestBudget) {
    self.base = base
    self.budget = budget
  }

  public func send(_ request: HTTPRequest) async throws(TransportError) -> HTTPResponse {
    try await turn()
    return try await base.send(request)
  }

  public func stream(_ request: HTTPRequest) async throws(TransportError) -> HTTPStreamingResponse {
    try await turn()
    return try await base.stream(request)
  }

  private func turn() async throws(TransportError) {
    do { try await budget.take() } catch {
      throw TransportError(.cancelled, "cancelled while waiting for the request budget", mayHaveBeenProcessed: false)
    }
  }
}
