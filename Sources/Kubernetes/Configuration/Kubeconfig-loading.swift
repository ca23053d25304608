internal import YAML

extension Kubeconfig {
  /// Reads and merges files, the first one strongest.
  /// - Parameter mayBeMissing: whether a file that is not there is passed over, as kubectl does for `KUBECONFIG`'s list.
  static func load(files: [String], mayBeMissing: Bool) throws(KubernetesError) -> Kubeconfig {
    var merged = Kubeconfig()
    for file in files where !mayBeMissing || ConfigurationFile.exists(file) {
      try merged.merge(try Document(parsing: try ConfigurationFile.read(file), file: file), file: file)
    }
    return merged
  }

  /// One file's content.
  struct Document: Decodable {
    struct NamedCluster: Decodable {
      var name: String
      var cluster: Cluster?
    }
    struct NamedUser: Decodable {
      var name: String
      var user: User?
    }
    struct NamedContext: Decodable {
      var name: String
      var context: Context?
    }
    var kind: String?
    var currentContext: String?
    var clusters: [NamedCluster]?
    var users: [NamedUser]?
    var contexts: [NamedContext]?
    enum CodingKeys: String, CodingKey {
      case kind, clusters, users, contexts
      case currentContext = "current-context"
    }

    init(parsing bytes: [UInt8], file: String) throws(KubernetesError) {
      do {
        // An empty file is an empty kubeconfig.
        self = try YAML.decode(Document?.self, from: bytes) ?? Document()
      } catch {
        throw KubernetesError(.configuration, "kubeconfig \(file): \(error)")
      }
      if let kind, kind != "Config", !kind.isEmpty {
        throw KubernetesError(.configuration, "kubeconfig \(file): kind is \"\(kind)\", not \"Config\"")
      }
    }
    private init() {}
  }

  private mutating func merge(_ document: Document, file: String) throws(KubernetesError) {
    files.append(file)
    if (currentContext ?? "").isEmpty { currentContext = document.currentContext }
    try Self.add(document.clusters, file, "clusters", \.name, { $0.cluster ?? Cluster() }, to: &clusters)
    try Self.add(document.users, file, "users", \.name, { $0.user ?? User() }, to: &users)
    try Self.add(document.contexts, file, "contexts", \.name, { $0.context ?? Context() }, to: &contexts)
  }

  private static func add<Named, Content>(
    _ entries: [Named]?,
    _ file: String,
    _ field: String,
    _ name: (Named) -> String,
    _ content: (Named) -> Content,
    to known: inout [String: Entry<Content>]
  ) throws(KubernetesError) {
    var own: Set<String> = []
    for named in entries ?? [] {
      let name = name(named)
      guard own.insert(name).inserted else {
        throw KubernetesError(.configuration, "kubeconfig \(file): \(field) has two entries of the name \"\(name)\"")
      }
      if known[name] == nil { known[name] = Entry(name: name, content: content(named), file: file) }
    }
  }
}

extension Kubeconfig.Entry {
  /// A path as it stands in this entry, relative to its file.
  func resolve(_ path: String) -> String {
    guard !path.hasPrefix("/"), let slash = file.lastIndex(of: "/") else { return path }
    return "\(file[..<slash])/\(path)"
  }
}
