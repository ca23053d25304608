/// What each profile should come to. Profiles without a file are rebuilt from what their makers publish.
enum MakersProfiles {
  enum Outcome {
    /// The directives that the notice names, none if there is no notice.
    case accepted(ignored: [String])
    /// Words of the refusal, each of another line.
    case refused([String])
  }
  struct Row {
    var name: String
    var outcome: Outcome
    /// Nil: the file of this name in Profiles/.
    var text: [UInt8]?
    /// Lines that the configuration must have.
    var lines: [String] = []
  }

  static func file(_ name: String, ignores: [String] = [], has lines: [String] = []) -> Row {
    Row(name: name, outcome: .accepted(ignored: ignores), lines: lines)
  }
  static func file(_ name: String, refuses words: [String]) -> Row { Row(name: name, outcome: .refused(words)) }
  static func maker(
    _ name: String,
    ignores: [String] = [],
    has lines: [String] = [],
    _ text: String,
    _ blocks: String = "ca cert key"
  ) -> Row {
    Row(
      name: name,
      outcome: .accepted(ignored: ignores),
      text: ProfileFixtures.profile(text, blocks),
      lines: lines
    )
  }
  static func maker(
    _ name: String,
    refuses words: [String],
    _ text: String,
    _ blocks: String = "ca cert key"
  ) -> Row {
    Row(name: name, outcome: .refused(words), text: ProfileFixtures.profile(text, blocks))
  }

  static let rows = files + firewalls + scripts + providers + single

  static let files: [Row] = [
    file(
      "accessserver-2.x",
      has: ["remote-cert-tls server", "tls-version-min 1.0 or-highest", "push-peer-info", "proto udp4"]
    ),
    file("allow-compression-only", has: ["allow-compression asym"]),
    file("angristan-openvpn-install", ignores: ["block-outside-dns"], has: ["data-ciphers AES-128-GCM"]),
    file("auth-user-pass-name-only"),
    file("aws-client-vpn-saml", refuses: ["SAML is not supported"]),
    file("aws-client-vpn", has: ["remote-random-hostname", "reneg-sec 0", "verify-x509-name vpn.example.com name"]),
    file("azure-p2s", ignores: ["log"], has: ["proto tcp4-client", "auth SHA256"]),
    file("bf-cbc", refuses: ["OpenSSL 3 has no BF-CBC: let the server offer AES"]),
    file("bom-crlf", has: ["data-ciphers-fallback AES-256-CBC"]),
    file("compress-bogus", refuses: ["`compress` is wrong: argument 1 must be stub"]),
    file("data-ciphers-empty", refuses: ["the list of ciphers is empty"]),
    file("data-ciphers-none", refuses: ["line 6: `data-ciphers`", "line 7: `cipher`"]),
    file("dev-named", has: ["dev tun0"]),
    file("digitalocean-tutorial", ignores: ["user", "group"]),
    file("kylemanna-docker-openvpn", ignores: ["redirect-gateway"]),
    file("line-300", refuses: ["line 6: it is too long: OpenVPN reads 254 bytes"]),
    file("opnsense-default", has: ["data-ciphers-fallback AES-256-GCM", "reneg-sec 0"]),
    file("opnsense-static-challenge", refuses: ["a second factor is not supported"]),
    file("peer-fingerprint-block", has: ["peer-fingerprint 00:11:22:33:44:55:66:77:88:99:aa:bb:cc:dd:ee:ff"]),
    file("pfsense-2.x-inline-lport0", has: ["remote-cert-tls server"]),
    file("pritunl", ignores: ["setenv"], has: ["push-peer-info", "hand-window 70"]),
    file("proto-udp-remote-tcp", has: ["proto tcp4-client"]),
    file("protonvpn-win", ignores: ["setenv"], has: ["mssfix 0"]),
    file("sha1-ca", refuses: ["is signed with SHA1, which OpenSSL refuses"]),
    file("sophos-utm", ignores: ["route", "route-delay"], has: ["proto tcp4-client", "comp-lzo no"]),
    file("trusted-cert", refuses: ["TRUSTED CERTIFICATE, which OpenVPN does not read"]),
    file("ubuntu-community-easyrsa2", ignores: ["user", "group"], has: ["key-direction 1", "remote-cert-tls server"]),
    file("x509-name-bad-type", refuses: ["argument 2 must be subject, name, name-prefix"]),
  ]

  static let firewalls: [Row] = [
    maker(
      "pfsense useronly",
      ignores: ["setenv"],
      "dev tun\npersist-tun\npersist-key\ncipher AES-256-GCM\nauth SHA256\ntls-client\nclient\nresolv-retry infinite\n"
        + "remote vpn.example.com 1194 udp\nsetenv CLIENT_CERT 0\nnobind\nverify-x509-name \"vpn.example.com\" name\n"
        + "auth-user-pass\nremote-cert-tls server\nexplicit-exit-notify",
      "ca tls-crypt"
    ),
    maker(
      "pfsense today",
      has: ["data-ciphers AES-256-GCM:AES-128-GCM:CHACHA20-POLY1305", "data-ciphers-fallback AES-256-CBC"],
      "dev tun\npersist-tun\npersist-key\ndata-ciphers AES-256-GCM:AES-128-GCM:CHACHA20-POLY1305\n"
        + "data-ciphers-fallback AES-256-CBC\nauth SHA256\ntls-client\nclient\nresolv-retry infinite\n"
        + "remote 203.0.113.5 1194 udp4\nnobind\nverify-x509-name \"vpn\" name\nauth-user-pass\nremote-cert-tls server",
      "ca cert key tls-auth"
    ),
    maker(
      "pfsense archive",
      refuses: ["line 12: `pkcs12` is not allowed: PKCS#12", "line 13: `tls-auth` with a file"],
      "dev tun\npersist-tun\npersist-key\ncipher AES-256-CBC\nauth SHA256\ntls-client\nclient\nresolv-retry infinite\n"
        + "remote vpn.example.com 1194 udp\nverify-x509-name \"vpn\" name\nauth-user-pass\npkcs12 pf.p12\n"
        + "tls-auth pf.key 1",
      ""
    ),
    maker(
      "opnsense without lport",
      has: ["proto tcp4-client"],
      "dev tun\npersist-tun\npersist-key\nauth SHA512\nclient\nresolv-retry infinite\nremote vpn.example.com 443 tcp\n"
        + "nobind\nremote-cert-tls server\nauth-user-pass"
    ),
    maker(
      "sophos xg",
      ignores: ["ip-win32", "route", "route-delay"],
      "ip-win32 dynamic\nclient\ndev tun\nproto tcp\nverify-x509-name \"C=GB, CN=SophosApplianceCertificate\"\n"
        + "route remote_host 255.255.255.255 net_gateway\nroute-delay 4\nresolv-retry infinite\nnobind\npersist-key\n"
        + "persist-tun\nauth-user-pass\ncipher AES-128-CBC\nauth SHA256\ncomp-lzo no\nverb 3\nreneg-sec 0\n"
        + "remote vpn.example.com 8443\n;can_save no"
    ),
    maker(
      "synology",
      "dev tun\ntls-client\n\nremote vpn.example.com 1194\n\n#redirect-gateway def1\n\npull\n\nproto udp\n\n"
        + "script-security 2\n\ncomp-lzo\n\nreneg-sec 0\n\ncipher AES-256-CBC\n\nauth SHA512\n\nauth-user-pass",
      "ca"
    ),
    maker(
      "qnap",
      "client\ndev tun\nscript-security 3\nproto udp\nexplicit-exit-notify 1\nremote vpn.example.com 1194\n"
        + "resolv-retry infinite\nnobind\nauth-nocache\nauth-user-pass\nremote-cert-tls server\nreneg-sec 0\n"
        + "cipher AES-128-CBC\ntls-cipher TLS-SRP-SHA-RSA-WITH-3DES-EDE-CBC-SHA:TLS-DHE-RSA-WITH-AES-256-CBC-SHA\n"
        + "comp-lzo",
      "ca"
    ),
    maker(
      "mikrotik",
      ignores: ["redirect-gateway"],
      "client\ndev tun\nremote vpn.example.com 1194 tcp\nnobind\npersist-key\npersist-tun\ncipher AES-256-CBC\n"
        + "auth SHA1\nauth-user-pass\nredirect-gateway def1\nverb 3"
    ),
    maker("mikrotik, as short as it can be", "client\ndev tun\nremote vpn.example.com 1194 tcp\nauth-user-pass", "ca"),
    maker(
      "openwrt",
      ignores: ["user", "group"],
      "user nobody\ngroup nogroup\ndev tun\nnobind\nclient\nremote vpn.example.com 1194 udp\nauth-nocache\n"
        + "remote-cert-tls server",
      "ca cert key tls-crypt"
    ),
    maker(
      "vyos",
      "client\nnobind\nremote vpn.example.com 1194\nremote-cert-tls server\nproto udp\ndev tun\ndev-type tun\n"
        + "persist-key\npersist-tun\nverb 3\n\n# Encryption options\ncipher AES-256-GCM\nauth SHA256"
    ),
    maker(
      "softether",
      "dev tun\nproto udp\nremote vpn.example.com 1194\n;http-proxy-retry\n;http-proxy [proxy server] [proxy port]\n"
        + "cipher AES-128-CBC\nauth SHA1\nresolv-retry infinite\nnobind\npersist-key\npersist-tun\nclient\nverb 3\n"
        + "auth-user-pass",
      "ca"
    ),
    maker(
      "watchguard, files",
      refuses: ["`ca` with a file", "`cert` with a file", "`key` with a file"],
      "dev tun\nclient\nproto tcp-client\nca ca.crt\ncert client.crt\nkey client.pem\ntls-remote \"/O=W/CN=S\"\n"
        + "remote-cert-eku \"TLS Web Server Authentication\"\nremote 203.0.113.4 443\npersist-key\npersist-tun\n"
        + "verb 3\nmute 20\nkeepalive 10 60\ncipher AES-256-CBC\nauth SHA256\nfloat\nreneg-sec 28800\nnobind\n"
        + "mute-replay-warnings\nauth-user-pass",
      ""
    ),
    maker(
      "watchguard, inline",
      has: ["remote-cert-eku \"TLS Web Server Authentication\""],
      "dev tun\nclient\nproto tcp-client\nremote-cert-eku \"TLS Web Server Authentication\"\nremote 203.0.113.4 443\n"
        + "persist-key\npersist-tun\nverb 3\nmute 20\nkeepalive 10 60\ncipher AES-256-CBC\nauth SHA256\nfloat\n"
        + "reneg-sec 28800\nnobind\nmute-replay-warnings\nauth-user-pass"
    ),
    maker(
      "asuswrt-merlin",
      "# Config generated by Asuswrt-Merlin\nclient\ndev tun\nproto udp\nremote vpn.example.com 1194\n"
        + "resolv-retry infinite\nnobind\nfloat\nncp-ciphers AES-128-GCM:AES-256-GCM:AES-128-CBC:AES-256-CBC\n"
        + "auth SHA1\nkeepalive 15 60\nauth-user-pass\nremote-cert-tls server"
    ),
  ]

  static let scripts: [Row] = [
    maker(
      "d3vilh",
      ignores: ["setenv", "user", "group"],
      "setenv FRIENDLY_NAME \"OpenVPN\"\nclient\ndev tun\nproto udp\nremote vpn.example.com 1194 udp\n"
        + "resolv-retry infinite\nuser nobody\ngroup nogroup\npersist-tun\npersist-key\nremote-cert-tls server\n"
        + "cipher AES-256-GCM\nauth SHA512\nauth-nocache\ntls-client\nexplicit-exit-notify\nverb 3",
      "ca cert key tls-crypt"
    ),
    maker(
      "aws with inactive",
      ignores: ["inactive"],
      "client\ndev tun\nproto udp\nremote cvpn-endpoint-0.prod.clientvpn.eu-west-1.amazonaws.com 443\n"
        + "remote-random-hostname\nresolv-retry infinite\nnobind\nremote-cert-tls server\ncipher AES-256-GCM\nverb 3\n"
        + "inactive 3600 100000\nreneg-sec 0"
    ),
    maker(
      "azure for OpenVPN Connect 3",
      has: ["proto tcp4-client"],
      "client\nremote azuregateway-0.vpn.azure.com 443\nverify-x509-name 0.vpn.azure.com name\nremote-cert-tls server\n"
        + "dev tun\nproto tcp\nresolv-retry infinite\nnobind\nauth SHA256\ncipher AES-256-GCM\npersist-key\n"
        + "persist-tun\ntls-timeout 30\ntls-version-min 1.2\nkey-direction 1\nverb 3",
      "ca cert key tls-auth"
    ),
    maker(
      "angristan, before 2022",
      ignores: ["block-outside-dns"],
      "client\nproto tcp-client\nremote 203.0.113.7 1194\ndev tun\nresolv-retry infinite\nnobind\npersist-key\n"
        + "persist-tun\nremote-cert-tls server\nverify-x509-name server_1 name\nauth SHA256\nauth-nocache\n"
        + "cipher AES-128-GCM\ntls-client\ntls-version-min 1.2\n"
        + "tls-cipher TLS-ECDHE-ECDSA-WITH-AES-128-GCM-SHA256\nignore-unknown-option block-outside-dns\n"
        + "setenv opt block-outside-dns # Prevent Windows 10 DNS leak\nverb 3",
      "ca cert key tls-crypt"
    ),
    maker(
      "nyr",
      ignores: ["block-outside-dns"],
      "client\ndev tun\nproto udp\nremote 203.0.113.7 1194\nresolv-retry infinite\nnobind\npersist-key\npersist-tun\n"
        + "remote-cert-tls server\nauth SHA512\nignore-unknown-option block-outside-dns block-ipv6\n"
        + "block-outside-dns\nverb 3",
      "ca cert key tls-crypt"
    ),
    maker(
      "pivpn",
      "client\ndev tun\nproto udp\nremote 203.0.113.7 1194\nresolv-retry infinite\nnobind\nremote-cert-tls server\n"
        + "tls-version-min 1.2\nverify-x509-name pi_0 name\ncipher AES-256-CBC\nauth SHA256\nauth-nocache\nverb 3",
      "ca cert key tls-crypt"
    ),
    maker(
      "the sample of OpenVPN",
      refuses: ["`ca` with a file", "`cert` with a file", "`key` with a file", "`tls-auth` with a file"],
      "client\ndev tun\nproto udp\nremote my-server-1 1194\nresolv-retry infinite\nnobind\n;user nobody\npersist-key\n"
        + "persist-tun\nca ca.crt\ncert client.crt\nkey client.key\nremote-cert-tls server\ntls-auth ta.key 1\n"
        + "cipher AES-256-CBC\nverb 3",
      ""
    ),
    maker(
      "the published company server",
      has: ["compress lz4-v2", "allow-compression asym", "data-ciphers-fallback AES-256-CBC"],
      "client\ndev tun\nproto udp\nremote 18.188.145.101 1194\ncipher AES-256-CBC\nauth SHA256\ncompress lz4-v2\n"
        + "auth-user-pass\npersist-key\npersist-tun",
      "ca"
    ),
    maker(
      "yunohost",
      ignores: ["tun-ipv6", "redirect-gateway", "route-ipv6"],
      "remote vpn.example.com 1194\nproto udp\npull\nnobind\ndev tun\ntun-ipv6\nkeepalive 10 30\ncomp-lzo adaptive\n"
        + "resolv-retry infinite\nredirect-gateway def1\nroute-ipv6 2000::/3\ntls-client\nremote-cert-tls server\n"
        + "explicit-exit-notify 3\ncipher AES-256-CBC\nverb 3"
    ),
  ]

  static let providers: [Row] = [
    maker(
      "pia",
      refuses: ["revocation lists (CRL) are not supported"],
      "client\ndev tun\nproto udp\nremote de.example.com 1198\nresolv-retry infinite\nnobind\npersist-key\npersist-tun\n"
        + "cipher aes-128-cbc\nauth sha1\ntls-client\nremote-cert-tls server\n\nauth-user-pass\ncompress\nverb 1\n"
        + "reneg-sec 0\n<crl-verify>\n-----BEGIN X509 CRL-----\nAAAA\n-----END X509 CRL-----\n</crl-verify>\n"
        + "disable-occ",
      "ca"
    ),
    maker(
      "nordvpn",
      "client\ndev tun\nproto udp\nremote 203.0.113.9 1194\nresolv-retry infinite\nremote-random\nnobind\n"
        + "tun-mtu 1500\ntun-mtu-extra 32\nmssfix 1450\npersist-key\npersist-tun\nping 15\nping-restart 0\n"
        + "ping-timer-rem\nreneg-sec 0\nremote-cert-tls server\nauth-user-pass\nverb 3\npull\nfast-io\n"
        + "cipher AES-256-CBC\nauth SHA512\nkey-direction 1",
      "ca tls-auth"
    ),
    maker(
      "mullvad on Linux",
      refuses: ["`up` is not allowed: it runs a program: remove it", "`down` is not allowed", "`ca` with a file"],
      "client\ndev tun\nresolv-retry infinite\nnobind\npersist-key\npersist-tun\nverb 3\nremote-cert-tls server\n"
        + "ping 10\nping-restart 60\nsndbuf 524288\nrcvbuf 524288\ncipher AES-256-GCM\nproto udp\n"
        + "auth-user-pass mullvad_userpass.txt\nca mullvad_ca.crt\ntun-ipv6\nscript-security 2\n"
        + "up /etc/openvpn/update-resolv-conf\ndown /etc/openvpn/update-resolv-conf\nfast-io\nremote-random\n"
        + "remote se.example.com 1196",
      ""
    ),
    maker(
      "protonvpn on Linux",
      refuses: ["line 19: `up` is not allowed", "line 20: `down` is not allowed"],
      "client\ndev tun\nproto udp\nremote 203.0.113.9 80\nremote 203.0.113.9 443\nremote-random\n"
        + "resolv-retry infinite\nnobind\ncipher AES-256-GCM\nsetenv CLIENT_CERT 0\ntun-mtu 1500\nmssfix 0\n"
        + "persist-key\npersist-tun\nreneg-sec 0\nremote-cert-tls server\nauth-user-pass\nscript-security 2\n"
        + "up /etc/openvpn/update-resolv-conf\ndown /etc/openvpn/update-resolv-conf",
      "ca tls-crypt"
    ),
    maker(
      "a provider of haugene/vpn-configs-contrib",
      ignores: [
        "persist-remote-ip", "route-delay", "route-method", "redirect-gateway", "dhcp-option", "route", "ca",
        "auth-user-pass",
      ],
      "client\ndev tun\nproto udp\nremote nl.example.com 53\npersist-remote-ip\nroute-delay 2\nroute-method exe\n"
        + "ns-cert-type server\nredirect-gateway def1 bypass-dhcp\ndhcp-option DNS 8.8.8.8\n"
        + "route 10.0.0.0 255.0.0.0\nca ca.crt\nauth RSA-SHA256\ncipher aes-256-cbc\n"
        + "auth-user-pass /config/openvpn-credentials.txt",
      "ca"
    ),
  ]

  /// Each about one fact.
  static let single: [Row] = [
    maker("carriage returns", "client\r\ndev tun\r\nremote vpn.example.com 1194 udp\r\nauth SHA256\r"),
    maker("udp6", refuses: ["the protocol udp6 is not supported"], "client\ndev tun\nremote vpn.example.com 1194 udp6"),
    maker(
      "inline PKCS#12",
      refuses: ["<pkcs12> is not allowed: PKCS#12"],
      "client\ndev tun\nremote vpn.example.com 1194\n<pkcs12>\nMIIK\n</pkcs12>",
      "ca"
    ),
    maker(
      "a lower security level",
      has: ["tls-cipher DEFAULT:@SECLEVEL=0"],
      "client\ndev tun\nremote vpn.example.com 1194\ntls-cipher \"DEFAULT:@SECLEVEL=0\""
    ),
    maker(
      "connection blocks",
      has: ["proto udp4"],
      "client\ndev tun\nproto udp\n<connection>\nremote vpn.example.com 443\nproto tcp\n</connection>\n<connection>\n"
        + "remote vpn.example.com 1194 udp\n</connection>"
    ),
    maker(
      "whirlpool",
      refuses: ["OpenSSL 3 has no WHIRLPOOL"],
      "client\ndev tun\nremote vpn.example.com 1194\nauth whirlpool"
    ),
    maker(
      "fragment over TCP",
      refuses: ["`fragment` over UDP only"],
      "client\ndev tun\nremote vpn.example.com 1194 tcp\nfragment 1300"
    ),
  ]
}
