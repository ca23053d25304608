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

/// v1 Volume of one of three kinds; of any other kind only the name is read.
public struct Volume: Codable, Sendable, Hashable {
  public var name: String
  public var secret: SecretSource?
  public var emptyDir: EmptyDirectory?
  public var hostPath: HostPath?

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
    /// For example `CharDevice`: the pod waits until it is there. Nil or empty: no check.
    public var type: String?
  }

  public static func secret(_ name: String, secretName: String, mode: Int) -> Volume {
    Volume(name: name, secret: SecretSource(secretName: secretName, defaultMode: mode))
  }
  /// A folder in memory, at most `sizeLimit` large.
  public static func memory(_ name: String, sizeLimit: String) -> Volume {
    Volume(name: name, emptyDir: EmptyDirectory(medium: "Memory", sizeLimit: sizeLimit))
  }
  public static func hostPath(_ name: String, path: String, type: String) -> Volume {
    Volume(name: name, hostPath: HostPath(path: path, type: type))
  }
}
