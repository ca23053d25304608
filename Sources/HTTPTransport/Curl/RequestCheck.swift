/// Refuses requests that the server would read differently from how they were meant: smuggled lines, odd methods.
enum RequestCheck {
  /// - Throws: `.invalidRequest`, which names what is wrong, but never the value.
  static func target(of request: HTTPRequest) throws(TransportError) -> HTTPTarget {
    guard let target = HTTPTarget(request.url) else {
      throw invalid("the URL is not an absolute http or https URL of printable characters without user info")
    }
    guard isToken(request.method) else { throw invalid("the method is not a token (RFC 9110 §9.1)") }
    for field in request.headers.fields {
      guard isToken(field.name) else { throw invalid("a header name is not a token (RFC 9110 §5.1)") }
      guard field.value.utf8.allSatisfy({ ($0 >= 0x20 && $0 != 0x7f) || $0 == 0x09 }) else {
        throw invalid("the value of header \(field.name) contains a control character")
      }
    }
    return target
  }

  /// Methods whose repetition is harmless (RFC 9110 §9.2.2).
  static func isIdempotent(_ method: String) -> Bool {
    ["GET", "HEAD", "OPTIONS", "PUT", "DELETE", "TRACE"].contains(method)
  }

  /// The request's own setting, or else that of its method.
  static func isIdempotent(_ request: HTTPRequest) -> Bool { request.isIdempotent ?? isIdempotent(request.method) }

  private static func isToken(_ text: String) -> Bool {
    !text.isEmpty
      && text.utf8.allSatisfy { byte in
        switch byte {
        case 0x30...0x39, 0x41...0x5a, 0x61...0x7a: true
        default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
        }
      }
  }

  private static func invalid(_ message: String) -> TransportError {
    TransportError(.invalidRequest, message, mayHaveBeenProcessed: false)
  }
}
