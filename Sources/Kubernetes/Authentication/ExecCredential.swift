internal import FoundationEssentials
internal import Foundations

/// The input and output of an exec plugin (client.authentication.k8s.io, kind ExecCredential).
enum ExecCredential {
  static let apiVersions = ["client.authentication.k8s.io/v1", "client.authentication.k8s.io/v1beta1"]

  private struct Answer: Decodable {
    struct Status: Decodable {
      var expirationTimestamp: Timestamp?
      var token: String?
      var clientCertificateData: String?
      var clientKeyData: String?
    }
    var apiVersion: String?
    var kind: String?
    var status: Status?
  }

  /// The value of `KUBERNETES_EXEC_INFO`.
  static func request(_ settings: ExecPlugin.Settings, isInteractive: Bool) -> String {
    var spec: [String: JSONValue] = ["interactive": .bool(isInteractive)]
    spec["cluster"] = settings.cluster
    let request: JSONValue = [
      "apiVersion": .string(settings.apiVersion), "kind": "ExecCredential", "spec": .object(spec),
    ]
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.withoutEscapingSlashes, .sortedKeys]
    return (try? encoder.encode(request)).map { String(decoding: $0, as: UTF8.self) } ?? ""
  }

  /// - Throws: `.configuration`, worded to follow the command's name. The message never contains the plugin's output.
  static func credential(_ output: [UInt8], apiVersion: String) throws(KubernetesError) -> ExecPlugin.Credential {
    let answer: Answer
    do {
      answer = try JSONDecoder().decode(Answer.self, from: Data(output))
    } catch {
      throw problem("printed no ExecCredential: \(KubernetesError.words(error))")
    }
    guard answer.kind == "ExecCredential", answer.apiVersion == apiVersion else {
      throw problem("printed something else than an ExecCredential of \(apiVersion), which was asked for")
    }
    guard let status = answer.status else { throw problem("printed an ExecCredential without a status") }
    var credential = ExecPlugin.Credential(expires: status.expirationTimestamp)
    if let token = status.token, !token.isEmpty {
      guard HeaderValue.isSafe(token) else { throw problem("printed a token with line breaks or control characters") }
      credential.token = token
    }
    switch (status.clientCertificateData ?? "", status.clientKeyData ?? "") {
    case ("", ""): break
    case (let certificate, let key) where !certificate.isEmpty && !key.isEmpty:
      credential.certificate = .init(certificate: Array(certificate.utf8), key: Array(key.utf8))
    default: throw problem("printed one of clientCertificateData and clientKeyData without the other")
    }
    guard credential.token != nil || credential.certificate != nil else {
      throw problem("printed neither a token nor a certificate")
    }
    return credential
  }

  private static func problem(_ words: String) -> KubernetesError { KubernetesError(.configuration, words) }
}

/// Characters that may appear in a header (RFC 9110 §5.5).
enum HeaderValue {
  static func isSafe(_ text: String) -> Bool { text.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7f } }
}
