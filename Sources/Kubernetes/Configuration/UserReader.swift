internal import FoundationEssentials
internal import Foundations

/// Reads credentials from a kubeconfig's user.
struct UserReader: Sendable {
  typealias PEM = KubeconfigFields<Kubeconfig.User>.PEM
  let fields: KubeconfigFields<Kubeconfig.User>
  let surroundings: ClientConfiguration.Surroundings
  private var user: Kubeconfig.User { fields.entry.content }

  func certificate() throws(KubernetesError) -> (certificate: PEM, key: PEM)? {
    let certificate = try fields.pem(
      "client-certificate",
      path: user.clientCertificate,
      data: user.clientCertificateData
    )
    let key = try fields.pem("client-key", path: user.clientKey, data: user.clientKeyData)
    switch (certificate, key) {
    case (nil, nil): return nil
    case (let certificate?, let key?): return (certificate, key)
    case (_?, nil): throw fields.problem("client-key", "is missing: client-certificate needs it")
    case (nil, _?): throw fields.problem("client-certificate", "is missing: client-key needs it")
    }
  }

  /// If there are several ways, the order is tokenFile, token, exec, basic. Basic together with another one is refused,
  /// as kubectl does.
  func credentials(plugin: ExecPlugin?) throws(KubernetesError) -> any CredentialProvider {
    if user.authProvider != nil {
      throw fields.problem("auth-provider", "is not supported since Kubernetes 1.26: use exec")
    }
    var base: any CredentialProvider = plugin ?? NoCredentials()
    let token = user.token ?? ""
    if let path = user.tokenFile, !path.isEmpty {
      base = TokenFile(path: fields.entry.resolve(path), time: surroundings.time, logger: surroundings.logger)
    } else if !token.isEmpty {
      base = StaticToken(try safe(token, "token"))
    }
    if let username = user.username, !username.isEmpty {
      guard base is NoCredentials else { throw fields.problem("username", "stands beside another way to authenticate") }
      base = try basic(username)
    }
    return try impersonating(base)
  }

  private func basic(_ username: String) throws(KubernetesError) -> StaticHeaders {
    guard !username.contains(":") else { throw fields.problem("username", "contains a colon") }
    let pair = Data("\(username):\(user.password ?? "")".utf8).base64EncodedString()
    return StaticHeaders(fields: [("Authorization", "Basic \(pair)")])
  }

  private func impersonating(_ base: any CredentialProvider) throws(KubernetesError) -> any CredentialProvider {
    var headers: [(String, String)] = []
    for group in user.impersonateGroups ?? [] {
      headers.append(("Impersonate-Group", try safe(group, "as-groups")))
    }
    if let uid = user.impersonateUID, !uid.isEmpty { headers.append(("Impersonate-Uid", try safe(uid, "as-uid"))) }
    for (key, values) in (user.impersonateExtra ?? [:]).sorted(by: { $0.key < $1.key }) {
      for value in values {
        headers.append(("Impersonate-Extra-\(ResourcePath.encode(key))", try safe(value, "as-user-extra")))
      }
    }
    guard let name = user.impersonateUser, !name.isEmpty else {
      guard headers.isEmpty else {
        throw fields.problem("as", "is missing: as-groups, as-uid and as-user-extra need it")
      }
      return base
    }
    return Impersonation(base: base, fields: [("Impersonate-User", try safe(name, "as"))] + headers)
  }

  private func safe(_ text: String, _ field: String) throws(KubernetesError) -> String {
    guard HeaderValue.isSafe(text) else { throw fields.problem(field, "contains a line break or a control character") }
    return text
  }
}
