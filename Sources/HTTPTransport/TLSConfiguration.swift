/// Which servers a client trusts, and how it identifies itself. All material is PEM in memory; nothing is read from
/// files.
public struct TLSConfiguration: Sendable, Hashable {
  /// The only authorities that are trusted. Nil, the default: the system's.
  public var certificateAuthorities: [UInt8]?
  /// The client's certificate, followed by the intermediates. Needs `clientKey`.
  public var clientCertificate: [UInt8]?
  public var clientKey: [UInt8]?
  /// The name that is sent as SNI and looked for in the server's certificate, instead of the URL's host (kubeconfig's
  /// `tls-server-name`). The Host header keeps the URL's host.
  public var serverName: String?
  /// False accepts any certificate: `insecure-skip-tls-verify`. Default true.
  public var verifiesServer: Bool

  public init(
    certificateAuthorities: [UInt8]? = nil,
    clientCertificate: [UInt8]? = nil,
    clientKey: [UInt8]? = nil,
    serverName: String? = nil,
    verifiesServer: Bool = true
  ) {
    self.certificateAuthorities = certificateAuthorities
    self.clientCertificate = clientCertificate
    self.clientKey = clientKey
    self.serverName = serverName
    self.verifiesServer = verifiesServer
  }
}
