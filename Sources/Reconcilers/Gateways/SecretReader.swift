internal import ControllerRuntime
internal import FoundationEssentials
internal import Kubernetes

/// Reads the Secrets that objects refer to. The watch of metadata supplies their versions; content is fetched once for
/// each version, and dropped when its last user is gone.
actor SecretReader {
  private struct Entry {
    var version: String
    var content: [String: [UInt8]]
    var users: Set<ObjectKey>
  }
  private let client: any KubernetesAPI
  private let metadata: Store<PartialMetadata<Secret>>
  private let certificates: CertificateExpiries?
  private var entries: [ObjectKey: Entry] = [:]

  /// - Parameters:
  ///   - metadata: the watched metadata of every Secret. A Secret that is missing here does not exist.
  ///   - certificates: receives the certificates that are read.
  init(
    client: any KubernetesAPI,
    metadata: Store<PartialMetadata<Secret>>,
    certificates: CertificateExpiries? = nil
  ) {
    self.client = client
    self.metadata = metadata
    self.certificates = certificates
  }

  /// The contents of those of `names` that exist in the namespace of `user`.
  func read(
    _ names: Set<String>,
    for user: ObjectKey
  ) async throws(KubernetesError) -> [String: [String: [UInt8]]] {
    var result: [String: [String: [UInt8]]] = [:]
    for name in names.sorted() {
      let key = ObjectKey(namespace: user.namespace, name: name)
      guard let version = metadata.get(key)?.metadata.resourceVersion else {
        drop(key)
        continue
      }
      if entries[key]?.version != version {
        let users = entries[key]?.users ?? []
        do {
          let secret = try await client.get(Secret.self, key)
          entries[key] = Entry(
            version: secret.metadata.resourceVersion ?? version,
            content: Self.decode(secret.data ?? [:]),
            users: users
          )
          certificates?.update(key, entries[key]?.content)
        } catch  where error.kind == .notFound {
          drop(key)
          continue
        }
      }
      entries[key]?.users.insert(user)
      result[name] = entries[key]?.content
    }
    for (key, entry) in entries
    where key.namespace == user.namespace && entry.users.contains(user) && !names.contains(key.name) {
      release(key, user)
    }
    return result
  }

  /// The same, with the version of each Secret.
  func credentials(_ names: Set<String>, for user: ObjectKey) async throws(KubernetesError) -> Credentials {
    var credentials = Credentials(secrets: try await read(names, for: user))
    for name in credentials.secrets.keys {
      credentials.versions[name] = entries[ObjectKey(namespace: user.namespace, name: name)]?.version
    }
    return credentials
  }

  /// Forgets content that only this connection used. Called when it no longer exists.
  func forget(_ user: ObjectKey) {
    for key in entries.keys where entries[key]?.users.contains(user) == true { release(key, user) }
  }

  private func release(_ key: ObjectKey, _ user: ObjectKey) {
    entries[key]?.users.remove(user)
    if entries[key]?.users.isEmpty == true { drop(key) }
  }

  private func drop(_ key: ObjectKey) {
    entries[key] = nil
    certificates?.update(key, nil)
  }

  static func decode(_ data: [String: String]) -> [String: [UInt8]] {
    data.compactMapValues { text in Data(base64Encoded: text).map { [UInt8]($0) } }
  }
}
