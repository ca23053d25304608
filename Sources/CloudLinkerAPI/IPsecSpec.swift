/// `spec.ipsec` of a VPNConnection: an IKEv2 client.
public struct IPsecSpec: Codable, Sendable, Hashable {
  public static let defaultCAKey = "ca.crt"
  public static let defaultDeadPeerDelaySeconds = 2

  public var authentication: Authentication
  /// Required unless the server proves itself by a pre-shared key.
  public var caSecretRef: SecretKeyReference?
  /// The pre-shared key by which the server proves itself, instead of a certificate; EAP-MSCHAPv2 only.
  public var serverKeySecretRef: SecretKeyReference?
  public var virtualAddress: VirtualAddress?
  public var localIdentity: String?
  public var remoteIdentity: String?
  public var ikeProposals: [String]?
  public var espProposals: [String]?
  public var deadPeerDetection: DeadPeerDetection?
  public var forceUDPEncapsulation: Bool?

  public init(authentication: Authentication, caSecretRef: SecretKeyReference? = nil) {
    self.authentication = authentication
    self.caSecretRef = caSecretRef
  }

  public var serverKey: String { serverKeySecretRef?.key ?? CredentialsSecretReference.defaultPresharedKeyKey }
  public var asksForVirtualAddress: Bool { virtualAddress != VirtualAddress.none }
  public var caKey: String { caSecretRef?.key ?? Self.defaultCAKey }
  public var deadPeerDelaySeconds: Int { deadPeerDetection?.delaySeconds ?? Self.defaultDeadPeerDelaySeconds }

  public struct Method: OpenEnumeration {
    public var rawValue: String
    public init(rawValue: String) { self.rawValue = rawValue }
    public static let eapMSCHAPv2 = Method(rawValue: "EAP-MSCHAPv2")
    public static let eapTLS = Method(rawValue: "EAP-TLS")
    public static let certificate = Method(rawValue: "Certificate")
    public static let psk = Method(rawValue: "PSK")
    public static let allCases = [eapMSCHAPv2, eapTLS, certificate, psk]
  }

  /// Whether the server assigns the gateway an address in the tunnel.
  public struct VirtualAddress: OpenEnumeration {
    public var rawValue: String
    public init(rawValue: String) { self.rawValue = rawValue }
    public static let requested = VirtualAddress(rawValue: "Requested")
    public static let none = VirtualAddress(rawValue: "None")
    public static let allCases = [requested, none]
  }

  public struct Authentication: Codable, Sendable, Hashable {
    public var method: Method
    public var credentialsSecretRef: CredentialsSecretReference
    public init(method: Method, credentialsSecretRef: CredentialsSecretReference) {
      self.method = method
      self.credentialsSecretRef = credentialsSecretRef
    }
  }

  /// The Secret with the content that the method needs; the method decides which of the keys are read.
  public struct CredentialsSecretReference: Codable, Sendable, Hashable {
    public static let defaultPresharedKeyKey = "psk"

    public var name: String
    public var usernameKey: String?
    public var passwordKey: String?
    public var certificateKey: String?
    public var privateKeyKey: String?
    public var presharedKeyKey: String?
    public init(name: String) { self.name = name }

    public var effectiveUsernameKey: String { usernameKey ?? PasswordSecretReference.defaultUsernameKey }
    public var effectivePasswordKey: String { passwordKey ?? PasswordSecretReference.defaultPasswordKey }
    public var effectiveCertificateKey: String { certificateKey ?? CertificateSecretReference.defaultCertificateKey }
    public var effectivePrivateKeyKey: String { privateKeyKey ?? CertificateSecretReference.defaultPrivateKeyKey }
    public var effectivePresharedKeyKey: String { presharedKeyKey ?? Self.defaultPresharedKeyKey }
  }

  public struct DeadPeerDetection: Codable, Sendable, Hashable {
    public var delaySeconds: Int?
  }
}
