public import HTTPTransport

/// Reports method and status of each request when its answer begins; status 0 means that there was no answer.
public struct CountingTransport: Transport {
  public typealias Count = @Sendable (_ method: String, _ status: Int) -> Void
  private let base: any Transport
  private let count: Count

  public init(_ base: any Transport, _ count: @escaping Count) {
    self.base = base
    self.count = count
  }

  public func send(_ request: HTTPRequest) async throws(TransportError) -> HTTPResponse {
    do {
      let response = try await base.send(request)
      count(request.method, response.status)
      return response
    } catch {
      count(request.method, 0)
      throw error
    }
  }

  public func stream(_ request: HTTPRequest) async throws(TransportError) -> HTTPStreamingResponse {
    do {
      let response = try await base.stream(request)
      count(request.method, response.head.status)
      return response
    } catch {
      count(request.method, 0)
      throw error
    }
  }
}
