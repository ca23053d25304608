internal import Cloud
internal import Digests
public import Foundations
public import HTTPTransport

/// Signature Version 4 in the Authorization header (AWS General Reference, "Signing AWS API requests").
///
/// For services that normalise the path and encode it once more, which is every service except S3. All headers of the
/// request are signed, so it must not be changed afterwards.
public struct RequestSigner: Sendable {
  /// The endpoint's region: `us-east-1` for global services.
  public var region: String
  /// The service in the endpoint's credential scope: `ec2`, `sts`, `eks`.
  public var service: String
  private static let algorithm = "AWS4-HMAC-SHA256"

  public init(region: String, service: String) {
    self.region = region
    self.service = service
  }

  /// The request with Host, X-Amz-Date, X-Amz-Security-Token if the credentials have one, and Authorization.
  /// - Parameter time: within 5 minutes (15 with some services) of the service's clock.
  /// - Returns: the request unchanged if its URL is invalid; a transport refuses it then.
  public func sign(_ request: HTTPRequest, with credentials: AWSCredentials, at time: Timestamp) -> HTTPRequest {
    guard let target = HTTPTarget(request.url) else { return request }
    var request = request
    // 20150830T123600Z
    let stamp = time.description.filter { $0 != "-" && $0 != ":" }
    request.headers["Host"] = target.hostHeader
    request.headers["X-Amz-Date"] = stamp
    request.headers["X-Amz-Security-Token"] = credentials.sessionToken
    let headers = Self.canonicalHeaders(request.headers)
    let signedHeaders = headers.map(\.name).joined(separator: ";")
    let canonical = [
      request.method, Self.canonicalPath(target.path), Self.canonicalQuery(target.query ?? ""),
      headers.map { "\($0.name):\($0.value)\n" }.joined(), signedHeaders,
      SHA256.hexadecimal(SHA256.digest(request.body ?? [])),
    ].joined(separator: "\n")
    let day = String(stamp.prefix(8))
    let scope = "\(day)/\(region)/\(service)/aws4_request"
    let text = [Self.algorithm, stamp, scope, SHA256.hexadecimal(SHA256.digest(Array(canonical.utf8)))]
      .joined(separator: "\n")
    let signature = SHA256.hexadecimal(Self.code(text, key: signingKey(credentials, day: day)))
    request.headers["Authorization"] =
      "\(Self.algorithm) Credential=\(credentials.accessKeyID)/\(scope), SignedHeaders=\(signedHeaders), "
      + "Signature=\(signature)"
    return request
  }

  private func signingKey(_ credentials: AWSCredentials, day: String) -> [UInt8] {
    [day, region, service, "aws4_request"].reduce(Array("AWS4\(credentials.secretAccessKey)".utf8)) { key, word in
      Self.code(word, key: key)
    }
  }

  private static func code(_ text: String, key: [UInt8]) -> [UInt8] {
    SHA256.authenticationCode(for: Array(text.utf8), key: key)
  }

  /// Lower-case names, sorted; values without outer spaces and with single inner ones; values with the same name
  /// joined.
  private static func canonicalHeaders(_ headers: HTTPHeaders) -> [(name: String, value: String)] {
    var values: [String: [String]] = [:]
    for field in headers.fields where field.name.lowercased() != "authorization" {
      let words = field.value.split { $0 == " " || $0 == "\t" || $0.isNewline }
      values[field.name.lowercased(), default: []].append(words.joined(separator: " "))
    }
    return values.map { ($0.key, $0.value.joined(separator: ",")) }.sorted { $0.0 < $1.0 }
  }

  /// Removes dot segments and empty ones, and encodes the path although it is encoded already.
  static func canonicalPath(_ path: String) -> String {
    var segments: [Substring] = []
    for segment in path.split(separator: "/") {
      switch segment {
      case ".": break
      case "..": _ = segments.popLast()
      default: segments.append(segment)
      }
    }
    let end = segments.isEmpty || !path.hasSuffix("/") ? "" : "/"
    return PercentEncoding.encode("/" + segments.joined(separator: "/") + end, keepingSlashes: true)
  }

  /// Every name and value encoded in the same way, sorted by name and then by value.
  static func canonicalQuery(_ query: String) -> String {
    query.split(separator: "&")
      .map { pair -> (String, String) in
        let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        return (PercentEncoding.normalize(parts[0]), parts.count > 1 ? PercentEncoding.normalize(parts[1]) : "")
      }
      .sorted { $0 < $1 }
      .map { "\($0.0)=\($0.1)" }
      .joined(separator: "&")
  }
}
