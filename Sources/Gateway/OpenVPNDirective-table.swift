extension OpenVPNDirective {
  /// Every directive of OpenVPN 2.6.14 and of earlier versions, and those of other clients that vendors write into
  /// profiles. OpenVPNInstallationTests compare it with the openvpn that `hack/install` installs, and the table in
  /// docs/vpnconnection.md with this one.
  static let table: [String: OpenVPNDirective] = {
    var table: [String: OpenVPNDirective] = [:]
    for (names, directive) in rows {
      for name in names.split(separator: " ") { table[String(name)] = directive }
    }
    return table
  }()

  private static let any = 0...Int(Int32.max)
  private static func keep(_ arguments: Argument..., optional: [Argument] = []) -> OpenVPNDirective {
    .kept(arguments, optional: optional)
  }

  /// The rows: names, separated by blanks, and the answer for each of them.
  static let rows: [(names: String, directive: OpenVPNDirective)] = [
    // The server's identity, and the handshake.
    ("remote-cert-tls", keep(.word(["server"]))), ("remote-cert-eku", keep(.text)),
    ("remote-cert-ku", .kept([], optional: Array(repeating: .text, count: 8))),
    ("verify-x509-name", keep(.text, optional: [.word(["subject", "name", "name-prefix"])])),
    ("peer-fingerprint", keep(.fingerprint)), ("x509-username-field", keep(.word(["CN"]))),
    ("tls-version-min", keep(.word(tlsVersions), optional: [.word(["or-highest"])])),
    ("tls-version-max", keep(.word(tlsVersions))), ("tls-cipher", keep(.text)),
    ("tls-ciphersuites", keep(.anyOf(tls13Suites))),
    ("tls-groups", keep(.allOf(tlsGroups))), ("ecdh-curve", keep(.text)),
    ("tls-cert-profile", keep(.word(["legacy", "preferred", "suiteb", "insecure"]))),
    ("key-direction", keep(.number(0...1))), ("compat-mode", keep(.version)), ("tls-exit push-peer-info", keep()),
    ("reneg-sec", keep(.number(any), optional: [.number(any)])),
    ("reneg-bytes reneg-pkts hand-window tran-window tls-timeout", keep(.number(any))),
    ("remote-random-hostname", keep()), ("auth data-ciphers-fallback cipher data-ciphers ncp-ciphers", .read),

    // Packets and sockets.
    ("compress", .kept([], optional: [.word(["stub", "stub-v2", "lz4", "lz4-v2", "lzo", "migrate"])])),
    ("comp-lzo", .kept([], optional: [.word(["yes", "no", "adaptive"])])), ("comp-noadapt", keep()),
    ("allow-compression", .read), ("tun-mtu", keep(.number(100...65_535), optional: [.number(any)])),
    ("tun-mtu-max", keep(.number(100...65_535))), ("link-mtu", keep(.number(200...65_535))),
    ("fragment", keep(.number(68...65_535), optional: [.word(["mtu"])])),
    ("mssfix", .kept([], optional: [.number(0...65_535), .word(["mtu", "fixed"])])),
    ("max-packet-size", keep(.number(any))), ("sndbuf rcvbuf txqueuelen", keep(.number(any))),
    ("replay-window", keep(.number(0...65_536), optional: [.number(0...600)])),
    ("mtu-disc", keep(.word(["no", "maybe", "yes"]))), ("shaper", keep(.number(100...100_000_000))),
    ("passtos fast-io tcp-nodelay", keep()), ("socket-flags", keep(.word(["TCP_NODELAY"]))),

    // Read, or only inline.
    ("remote proto port rport proto-force dev dev-type auth-user-pass ns-cert-type lport", .read),
    ("setenv setenv-safe ignore-unknown-option", .read),
    ("ca cert key tls-auth tls-crypt tls-crypt-v2 extra-certs", .material),

    // Set by the gateway.
    ("client tls-client pull nobind resolv-retry connect-retry connect-retry-max connect-timeout", .set),
    ("server-poll-timeout persist-tun persist-key remote-random preresolve ping ping-restart ping-exit", .set),
    ("ping-timer-rem keepalive explicit-exit-notify auth-nocache auth-retry verb mute nice float", .set),
    ("mute-replay-warnings route-nopull pull-filter disable-dco topology ifconfig-nowarn script-security", .set),
    ("suppress-timestamps errors-to-stderr allow-recursive-routing tun-mtu-extra key-method ncp-disable", .set),

    // Harmless.
    ("route route-ipv6 route-delay route-method route-metric route-gateway route-ipv6-gateway", .ignored(.routes)),
    ("route-noexec route-table redirect-gateway redirect-private block-ipv6 allow-pull-fqdn", .ignored(.routes)),
    ("ifconfig-noexec ifconfig-ipv6", .ignored(.routes)),
    ("dhcp-option dns block-outside-dns register-dns", .ignored(.resolver)),
    ("log log-append status status-version user group mlock machine-readable-output", .ignored(.process)),
    ("persist-local-ip persist-remote-ip inactive session-timeout single-session remap-usr1", .ignored(.process)),
    ("echo parameter bcast-buffers tcp-queue-limit multihome mtu-test", .ignored(.process)),
    ("x509-track keying-material-exporter", .ignored(.variables)),
    ("ip-win32 dhcp-renew dhcp-release dhcp-pre-release tap-sleep show-net-up pause-exit win-sys", .ignored(.windows)),
    ("dev-node windows-driver service allow-nonadmin msg-channel", .ignored(.windows)),
    ("tun-ipv6 keysize max-routes disable-occ no-iv compat-names no-name-remapping prng udp-mtu", .ignored(.obsolete)),

    // Refused.
    ("up down up-restart up-delay down-pre route-up route-pre-down ipchange tls-verify learn-address", program),
    ("auth-user-pass-verify client-connect client-disconnect client-crresponse iproute plugin", program),
    ("tls-crypt-v2-verify dns-updown", program), ("providers engine", .refused("it loads a library: remove it")),
    ("config", .refused("the profile must be whole: put the included file's lines into it")),
    ("askpass capath dh auth-gen-token-secret tls-export-cert writepid tmp-dir replay-persist memstats genkey", file),
    ("http-proxy-user-pass ifconfig-pool-persist client-config-dir", file),
    ("cd chroot daemon setcon syslog", .refused("the process is the gateway's to run: remove it")),
    ("local bind bind-dev mark", .refused("the gateway lets the kernel choose its port and address: remove it")),
    (
      "ifconfig lladdr",
      .refused("the gateway gets its address from the server: remove it, and let the server push one")
    ),
    (
      "server server-ipv6 server-bridge mode tls-server push push-remove push-reset iroute iroute-ipv6 ifconfig-push",
      server
    ),
    ("ifconfig-push-constraint ifconfig-ipv6-push ifconfig-pool ifconfig-ipv6-pool client-to-client", server),
    (
      "duplicate-cn ccd-exclusive max-clients max-routes-per-client connect-freq connect-freq-initial port-share",
      server
    ),
    ("verify-client-cert client-cert-not-required auth-user-pass-optional username-as-common-name", server),
    ("auth-gen-token stale-routes-check vlan-accept vlan-pvid vlan-tagging opt-verify disable hash-size", server),
    ("force-tls-key-material-export inetd", server),
    ("auth-token auth-token-user peer-id protocol-flags key-derivation push-continuation ip-remote-hint", pushed),
    ("http-proxy-override", pushed),
    ("secret", .refused("a static key without TLS is not supported: use certificates, or user name and password")),
    ("no-replay", .refused("replayed packets would be accepted: remove it")),
    ("client-nat", .refused("addresses are not translated: remove it, and write the real ones in remoteNetworks")),
    ("http-proxy http-proxy-option http-proxy-retry http-proxy-timeout socks-proxy socks-proxy-retry", proxy),
    ("management management-client management-client-auth management-client-group management-client-pf", management),
    (
      "management-client-user management-external-cert management-external-key management-forget-disconnect", management
    ),
    ("management-hold management-log-cache management-query-passwords management-query-proxy", management),
    ("management-query-remote management-signal management-up-down", management),
    ("pkcs12", .refused(pkcs12)), ("cryptoapicert", .refused(tokens)),
    ("pkcs11-id pkcs11-providers pkcs11-private-mode pkcs11-protected-authentication", .refused(tokens)),
    ("pkcs11-cert-private pkcs11-pin-cache pkcs11-id-management pkcs11-id-type pkcs11-sign-mode", .refused(tokens)),
    ("pkcs11-slot pkcs11-slot-type", .refused(tokens)),
    (
      "crl-verify",
      .refused("revocation lists (CRL) are not supported, as the tunnel would stop when one expires: remove it")
    ),
    (
      "static-challenge",
      .refused("a second factor is not supported, as nobody is there to enter it: use an account that needs none")
    ),
    (
      "auth-federate",
      .refused("signing in with SAML is not supported, as nobody is there to do it: use a client certificate")
    ),
    ("tls-remote", .refused("OpenVPN 2.6 does not have it: write verify-x509-name with the server's common name")),
    ("mtu-dynamic", .refused("OpenVPN 2.6 does not have it: write fragment")),
    (
      "verify-hash",
      .refused("OpenVPN has deprecated it: put the CA with this fingerprint into <ca>, or write peer-fingerprint")
    ),
    ("mktun rmtun test-crypto gremlin version help show-tls show-ciphers show-curves show-digests", command),
    ("show-engines show-gateway show-groups show-pkcs11-ids show-pkcs11-objects show-pkcs11-slots", command),
  ]

  private static let program = refused("it runs a program: remove it")
  private static let file = refused("it names a file of the host: remove it")
  private static let server = refused("it is a server's directive: remove it, or export a client's profile")
  private static let pushed = refused("only a server may send it: remove it")
  private static let proxy = refused("proxies are not supported: remove it")
  private static let management = refused("the management interface is the gateway's own: remove it")
  private static let command = refused("it is a command of openvpn's, no setting: remove it")
  private static let pkcs12 = "PKCS#12 files are not supported: put their content as PEM into <ca>, <cert> and <key>"
  private static let tokens = "keys outside the profile (PKCS#11, Windows) are not supported: use <cert> and <key>"

  private static let tlsVersions = ["1.0", "1.1", "1.2", "1.3"]
  /// Those that OpenSSL 3 has (`openssl ciphers -s -tls1_3` at security level 0).
  private static let tls13Suites: Set<String> = [
    "TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256", "TLS_AES_128_GCM_SHA256", "TLS_AES_128_CCM_SHA256",
    "TLS_AES_128_CCM_8_SHA256",
  ]
  /// Those that OpenSSL 3 offers in a handshake, under both of their names.
  private static let tlsGroups: Set<String> = [
    "X25519", "x25519", "X448", "x448", "secp256r1", "prime256v1", "P-256", "secp384r1", "P-384", "secp521r1", "P-521",
    "secp256k1", "secp224r1", "brainpoolP256r1", "brainpoolP384r1", "brainpoolP512r1", "ffdhe2048", "ffdhe3072",
    "ffdhe4096", "ffdhe6144", "ffdhe8192",
  ]
}
