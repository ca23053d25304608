/// OpenVPN client settings. Names of Secret files end in `File`.
public struct OpenVPNSettings: Codable, Sendable, Hashable {
  /// Legacy compression. `asymmetric`: accept compressed packets, never send one (`allow-compression asym`).
  public enum Compression: String, Codable, Sendable {
    case none = "None", lz4v2 = "LZ4-v2", lz4 = "LZ4", lzo = "LZO", stub = "Stub-v2"
  }
  public enum StaticKey: Codable, Sendable, Hashable {
    /// Direction 0, 1 or nil for both ways.
    case tlsAuth(file: String, direction: Int?)
    case tlsCrypt(file: String)
    case tlsCryptV2(file: String)
  }
  public var transport: TransportProtocol
  public var caFile: String
  public var certificateFile: String?
  public var keyFile: String?
  public var usernameFile: String?
  public var passwordFile: String?
  public var staticKey: StaticKey?
  /// Negotiable ciphers; empty: AES-256-GCM, AES-128-GCM, CHACHA20-POLY1305.
  public var ciphers: [String]
  /// The cipher for servers that do not negotiate; published configurations want AES-256-CBC.
  public var fallbackCipher: String?
  /// HMAC hash, for example SHA256.
  public var hmac: String?
  public var compression: Compression
  /// Name that the server's certificate must bear (`verify-x509-name … name`); nil: any certificate of the CA with
  /// serverAuth.
  public var serverName: String?

  public init(
    transport: TransportProtocol,
    caFile: String,
    certificateFile: String? = nil,
    keyFile: String? = nil,
    usernameFile: String? = nil,
    passwordFile: String? = nil,
    staticKey: StaticKey? = nil,
    ciphers: [String] = [],
    fallbackCipher: String? = nil,
    hmac: String? = nil,
    compression: Compression = .none,
    serverName: String? = nil
  ) {
    self.transport = transport
    self.caFile = caFile
    self.certificateFile = certificateFile
    self.keyFile = keyFile
    self.usernameFile = usernameFile
    self.passwordFile = passwordFile
    self.staticKey = staticKey
    self.ciphers = ciphers
    self.fallbackCipher = fallbackCipher
    self.hmac = hmac
    self.compression = compression
    self.serverName = serverName
  }
}

/// A whole client profile from a Secret.
public struct OpenVPNProfileSettings: Codable, Sendable, Hashable {
  public var profileFile: String
  public var usernameFile: String?
  public var passwordFile: String?
  public init(profileFile: String, usernameFile: String? = nil, passwordFile: String? = nil) {
    self.profileFile = profileFile
    self.usernameFile = usernameFile
    self.passwordFile = passwordFile
  }
}
