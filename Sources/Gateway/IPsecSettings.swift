/// IKEv2 client settings. Names of Secret files end in `File`.
public struct IPsecSettings: Codable, Sendable, Hashable {
  public enum Authentication: Codable, Sendable, Hashable {
    /// Files hold the user name and the password.
    case eapMSCHAPv2(usernameFile: String, passwordFile: String)
    /// Files hold the client certificate (PEM, may be a chain) and its key.
    case eapTLS(certificateFile: String, keyFile: String)
    /// A client certificate without EAP: the same files.
    case certificate(certificateFile: String, keyFile: String)
    /// File holds the pre-shared key. Server is authenticated by the key too.
    case psk(keyFile: String)
  }
  /// The source address of packets in the tunnel when the server gives no virtual IP.
  public enum OwnAddress: Codable, Sendable, Hashable {
    /// The pod's own address.
    case pod
    /// An IPv4 address, alone or with the prefix of the network that is proposed to the server.
    case address(String)
  }
  public var authentication: Authentication
  /// CA certificates (PEM) that the server's must lead to; required unless the server proves itself by a key.
  public var caFile: String?
  /// The pre-shared key by which the server proves itself while the gateway uses EAP-MSCHAPv2; nil: by a certificate.
  public var serverKeyFile: String?
  /// Nil: the gateway asks for a virtual IP.
  public var ownAddress: OwnAddress?
  /// IKE identity that the gateway presents; nil: the protocol's default (user name, certificate subject or address).
  public var localIdentity: String?
  /// IKE identity the server must prove; nil: the server's address or name as configured.
  public var remoteIdentity: String?
  /// swanctl proposals, for example `aes256-sha256-modp2048`; empty: a safe default list.
  public var ikeProposals: [String]
  public var espProposals: [String]
  /// Seconds between dead-peer checks.
  public var dpdDelaySeconds: Int
  /// Always wrap ESP in UDP 4500, also when no NAT is seen.
  public var forceUDPEncapsulation: Bool

  public init(
    authentication: Authentication,
    caFile: String?,
    serverKeyFile: String? = nil,
    ownAddress: OwnAddress? = nil,
    localIdentity: String? = nil,
    remoteIdentity: String? = nil,
    ikeProposals: [String] = [],
    espProposals: [String] = [],
    dpdDelaySeconds: Int = 2,
    forceUDPEncapsulation: Bool = false
  ) {
    self.authentication = authentication
    self.caFile = caFile
    self.serverKeyFile = serverKeyFile
    self.ownAddress = ownAddress
    self.localIdentity = localIdentity
    self.remoteIdentity = remoteIdentity
    self.ikeProposals = ikeProposals
    self.espProposals = espProposals
    self.dpdDelaySeconds = dpdDelaySeconds
    self.forceUDPEncapsulation = forceUDPEncapsulation
  }
}
