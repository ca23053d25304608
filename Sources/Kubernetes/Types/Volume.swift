/// v1 VolumeMount.
public struct VolumeMount: Codable, Sendable, Hashable {
  public var name: String
  public var mountPath: String
  public var readOnly: Bool?
  public init(name: String, mountPath: String, readOnly: Bool? = nil) {
    self.name = name
    self.mountPath = mountPath
    self.readOnly = readOnly
  }
}

/// v1 Volume of one of four kinds. For any other kind only the name is read.
public struct Volume: Codable, Sendable, Hashable {
  public var name: String
  public var secret: SecretSource?
  public var emptyDir: EmptyDirectory?
  public var hostPath: HostPath?
  public var downwardAPI: DownwardAPI?

  public struct SecretSource: Codable, Sendable, Hashable {
    public var secretName: String?
    public var defaultMode: Int?
  }
  public struct EmptyDirectory: Codable, Sendable, Hashable {
    /// `Memory` or empty.
    public var medium: String?
    public var sizeLimit: String?
  }
  public struct HostPath: Codable, Sendable, Hashable {
    public var path: String
    /// For example `CharDevice`: the pod waits until it exists. Nil or empty: no check.
    public var type: String?
  }

  /// Fields of the pod as files, which follow the fields while the pod runs.
  public struct DownwardAPI: Codable, Sendable, Hashable {
    public var items: [File]?
    public var defaultMode: Int?
    public struct File: Codable, Sendable, Hashable {
      public var path: String
      public var fieldRef: Container.EnvironmentVariable.FieldReference?
    }
  }

  public static func secret(_ name: String, secretName: String, mode: Int) -> Volume {
    Volume(name: name, secret: SecretSource(secretName: secretName, defaultMode: mode))
  }
  /// A folder in memory with at most `sizeLimit`.
  public static func memory(_ name: String, sizeLimit: String) -> Volume {
    Volume(name: name, emptyDir: EmptyDirectory(medium: "Memory", sizeLimit: sizeLimit))
  }
  /// The pod's annotations, in the file `annotations`.
  public static func annotations(_ name: String, mode: Int) -> Volume {
    let field = Container.EnvironmentVariable.FieldReference(fieldPath: "metadata.annotations")
    return Volume(
      name: name,
      downwardAPI: DownwardAPI(
        items: [DownwardAPI.File(path: "annotations", fieldRef: field)],
        defaultMode: mode
      )
    )
  }
  public static func hostPath(_ name: String, path: String, type: String) -> Volume {
    Volume(name: name, hostPath: HostPath(path: path, type: type))
  }
}
