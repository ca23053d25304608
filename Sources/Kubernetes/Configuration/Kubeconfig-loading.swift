internal import YAML

extension Kubeconfig {
  /// Reads and merges files; the first one takes precedence.
  /// - Parameter mayBeMissing: whether missing files are skipped, as kubectl does for the list in `KUBECONFIG`.
  static func load(files: [String], mayBeMissing: Bool) throws(KubernetesError) -> Kubeconfig {
    var merged = Kubeconfig()
    for file in files where !mayBeMissing || ConfigurationFile.exists(file) {
      try merged.merge(try Document(parsing: try ConfigurationFile.read(file), file: file), file: file)
    }
    return merged
  }

  /// One file's content.
  struct Document: Decodable {
    /// An entry, even if it is unusable, which does not matter while another entry is in use.
    struct Named<Content: Decodable>: Decodable {
      var name: String?
      var content: Content?
      /// Why its content cannot be read: what is wrong and where, without a value.
      var problem: String?

      private struct Key: CodingKey {
        var stringValue: String
        var intValue: Int? { nil }
        init(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
      }
      init(from decoder: any Decoder) throws {
        guard let container = try? decoder.container(keyedBy: Key.self) else { return }
        name = try? container.decodeIfPresent(String.self, forKey: Key(stringValue: "name"))
        for key in container.allKeys where ["cluster", "user", "context"].contains(key.stringValue) {
          do {
            content = try container.decodeIfPresent(Content.self, forKey: key)
          } catch {
            problem = YAMLError(decoding: error).description
          }
        }
      }
    }
    var kind: String?
    var currentContext: String?
    var clusters: [Named<Cluster>]?
    var users: [Named<User>]?
    var contexts: [Named<Context>]?
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
    try Self.add(document.clusters, file, "clusters", Cluster(), to: &clusters)
    try Self.add(document.users, file, "users", User(), to: &users)
    try Self.add(document.contexts, file, "contexts", Context(), to: &contexts)
  }

  /// Skips entries without a name, because nobody can refer to them.
  private static func add<Content>(
    _ entries: [Document.Named<Content>]?,
    _ file: String,
    _ field: String,
    _ empty: Content,
    to known: inout [String: Entry<Content>]
  ) throws(KubernetesError) {
    var own: Set<String> = []
    for entry in entries ?? [] {
      guard let name = entry.name, !name.isEmpty else { continue }
      guard own.insert(name).inserted else {
        throw KubernetesError(.configuration, "kubeconfig \(file): \(field) has two entries of the name \"\(name)\"")
      }
      guard known[name] == nil else { continue }
      known[name] = Entry(name: name, content: entry.content ?? empty, file: file, problem: entry.problem)
    }
  }
}

extension Kubeconfig.Entry {
  /// Resolves a path of this entry relative to its file.
  func resolve(_ path: String) -> String {
    guard !path.hasPrefix("/"), let slash = file.lastIndex(of: "/") else { return path }
    return "\(file[..<slash])/\(path)"
  }
}
