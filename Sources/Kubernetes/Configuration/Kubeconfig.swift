internal import Foundations

/// A kubeconfig, merged from its files: clusters, users and contexts by name (v1 Config of client-go's clientcmd).
///
/// Merging follows kubectl: of several entries with one name, the one of the first file is taken as a whole, and so is
/// the first `current-context` that is set.
struct Kubeconfig: Sendable {
  /// An entry and its file, to which relative paths in it refer.
  struct Entry<Content: Sendable>: Sendable {
    var name: String
    var content: Content
    var file: String
    /// Why its content could not be read.
    var problem: String?
  }
  var files: [String] = []
  var currentContext: String?
  var clusters: [String: Entry<Cluster>] = [:]
  var users: [String: Entry<User>] = [:]
  var contexts: [String: Entry<Context>] = [:]

  struct Context: Decodable, Sendable {
    var cluster: String?
    var user: String?
    var namespace: String?
  }

  struct Cluster: Decodable, Sendable {
    var server: String?
    var certificateAuthority: String?
    var certificateAuthorityData: String?
    var insecureSkipTLSVerify: Bool?
    var tlsServerName: String?
    var proxyURL: String?
    var extensions: [Extension]?
    enum CodingKeys: String, CodingKey {
      case server, extensions
      case certificateAuthority = "certificate-authority"
      case certificateAuthorityData = "certificate-authority-data"
      case insecureSkipTLSVerify = "insecure-skip-tls-verify"
      case tlsServerName = "tls-server-name"
      case proxyURL = "proxy-url"
    }
  }

  struct Extension: Decodable, Sendable {
    var name: String?
    var `extension`: JSONValue?
  }

  struct User: Decodable, Sendable {
    var clientCertificate: String?
    var clientCertificateData: String?
    var clientKey: String?
    var clientKeyData: String?
    var token: String?
    var tokenFile: String?
    var username: String?
    var password: String?
    var impersonateUser: String?
    var impersonateUID: String?
    var impersonateGroups: [String]?
    var impersonateExtra: [String: [String]]?
    var exec: Exec?
    var authProvider: JSONValue?
    enum CodingKeys: String, CodingKey {
      case token, tokenFile, username, password, exec
      case clientCertificate = "client-certificate"
      case clientCertificateData = "client-certificate-data"
      case clientKey = "client-key"
      case clientKeyData = "client-key-data"
      case impersonateUser = "as"
      case impersonateUID = "as-uid"
      case impersonateGroups = "as-groups"
      case impersonateExtra = "as-user-extra"
      case authProvider = "auth-provider"
    }
  }

  struct Exec: Decodable, Sendable {
    struct Variable: Decodable, Sendable {
      var name: String?
      var value: String?
    }
    var apiVersion: String?
    var command: String?
    var args: [String]?
    var env: [Variable]?
    var installHint: String?
    var provideClusterInfo: Bool?
    var interactiveMode: String?
  }
}
