/// `spec.openVPN` of a VPNConnection: an OpenVPN client, by fields or by a whole profile.
public struct OpenVPNSpec: Codable, Sendable, Hashable {
  public static let defaultCAKey = "ca.crt"
  public static let defaultProfileKey = "profile.ovpn"

  public var transport: TransportName?
  /// Required unless there is a profile.
  public var caSecretRef: SecretKeyReference?
  public var clientCertificateSecretRef: CertificateSecretReference?
  public var credentialsSecretRef: PasswordSecretReference?
  public var staticKey: StaticKey?
  public var ciphers: [String]?
  public var fallbackCipher: String?
  public var hmac: String?
  public var compression: Compression?
  public var serverName: String?
  /// A whole `.ovpn` profile. Of the other fields only `credentialsSecretRef` is allowed beside it.
  public var profileSecretRef: SecretKeyReference?

  public init(caSecretRef: SecretKeyReference) { self.caSecretRef = caSecretRef }
  public init(profileSecretRef: SecretKeyReference, credentialsSecretRef: PasswordSecretReference? = nil) {
    self.profileSecretRef = profileSecretRef
    self.credentialsSecretRef = credentialsSecretRef
  }

  public var effectiveTransport: TransportName { transport ?? .udp }
  public var effectiveCompression: Compression { compression ?? .none }
  public var caKey: String { caSecretRef?.key ?? Self.defaultCAKey }
  public var profileKey: String { profileSecretRef?.key ?? Self.defaultProfileKey }

  /// Legacy compression: compressed packets are accepted, but none are sent.
  public struct Compression: OpenEnumeration {
    public var rawValue: String
    public init(rawValue: String) { self.rawValue = rawValue }
    public static let none = Compression(rawValue: "None")
    public static let lz4v2 = Compression(rawValue: "LZ4-v2")
    public static let lz4 = Compression(rawValue: "LZ4")
    public static let lzo = Compression(rawValue: "LZO")
    public static let stub = Compression(rawValue: "Stub-v2")
    public static let allCases = [none, lz4v2, lz4, lzo, stub]
  }

  public struct StaticKey: Codable, Sendable, Hashable {
    public var mode: Mode
    public var secretRef: SecretKeyReference
    /// For tls-auth only: 0 or 1; nil: both directions.
    public var direction: Int?
    /// The key in the Secret: the one named in the reference, otherwise `<mode>.key`.
    public var key: String { secretRef.key ?? "\(mode.rawValue).key" }

    public struct Mode: OpenEnumeration {
      public var rawValue: String
      public init(rawValue: String) { self.rawValue = rawValue }
      public static let tlsAuth = Mode(rawValue: "tls-auth")
      public static let tlsCrypt = Mode(rawValue: "tls-crypt")
      public static let tlsCryptV2 = Mode(rawValue: "tls-crypt-v2")
      public static let allCases = [tlsAuth, tlsCrypt, tlsCryptV2]
    }
  }
}
