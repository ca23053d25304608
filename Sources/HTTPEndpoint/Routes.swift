/// Maps paths to handlers. Paths match exactly.
///
///     known path, method served        the handler; HEAD goes to GET's
///     known path, another method       405 with Allow
///     unknown path                     404
public struct Routes: Sendable {
  private var handlers: [String: [String: HTTPServer.Handler]] = [:]

  public init() {}

  /// Adds a handler for GET and HEAD.
  public mutating func get(_ path: String, _ handler: @escaping HTTPServer.Handler) { on("GET", path, handler) }

  /// Adds a handler, or replaces the existing one.
  public mutating func on(_ method: String, _ path: String, _ handler: @escaping HTTPServer.Handler) {
    handlers[path, default: [:]][method] = handler
  }

  /// Answers according to the table above.
  public func respond(to request: EndpointRequest) async -> EndpointResponse {
    guard let methods = handlers[request.path] else { return EndpointResponse(404, text: "not found\n") }
    let method = request.method == "HEAD" && methods["HEAD"] == nil ? "GET" : request.method
    if let handler = methods[method] { return await handler(request) }
    var allowed = Set(methods.keys)
    if allowed.contains("GET") { allowed.insert("HEAD") }
    return .methodNotAllowed(allowed)
  }
}

extension EndpointResponse {
  static func methodNotAllowed(_ allowed: Set<String>) -> EndpointResponse {
    var response = EndpointResponse(405, text: "method not allowed\n")
    response.headers.append((name: "Allow", value: allowed.sorted().joined(separator: ", ")))
    return response
  }
}
