import Gateway
import Testing

@Suite struct TunnelEncapsulationTests {
  struct OpenVPN: CustomStringConvertible {
    var cipher: String
    var digest: String?
    var isUDP = true
    /// The largest packets that fit 1500 and 1450 bytes.
    var fits: (Int, Int)
    var description: String { "\(cipher) \(digest ?? "") \(isUDP ? "UDP" : "TCP")" }
  }

  @Test(
    arguments: [
      OpenVPN(cipher: "AES-256-GCM", fits: (1448, 1398)), OpenVPN(cipher: "CHACHA20-POLY1305", fits: (1448, 1398)),
      OpenVPN(cipher: "AES-256-GCM", isUDP: false, fits: (1422, 1372)),
      OpenVPN(cipher: "AES-256-CBC", digest: "SHA1", fits: (1419, 1371)),
      OpenVPN(cipher: "AES-256-CBC", digest: "SHA256", fits: (1403, 1355)),
      OpenVPN(cipher: "aes-128-cbc", digest: "sha512", fits: (1371, 1323)),
      OpenVPN(cipher: "AES-256-CBC", digest: "SHA512-256", fits: (1403, 1355)),
      OpenVPN(cipher: "DES-EDE3-CBC", digest: "MD5", fits: (1435, 1387)),
      OpenVPN(cipher: "AES-256-CFB", digest: "SHA256", fits: (1412, 1362)),
      OpenVPN(cipher: "unheard of", digest: "also", fits: (1371, 1323)),
    ]
  ) func openVPN(_ row: OpenVPN) {
    let encapsulation = TunnelEncapsulation.openVPN(cipher: row.cipher, digest: row.digest, isUDP: row.isUDP)
    #expect(encapsulation.largestPacket(pathMTU: 1500) == row.fits.0)
    #expect(encapsulation.largestPacket(pathMTU: 1450) == row.fits.1)
  }

  @Test func openVPNOptionsTakeBytesOfThePacket() {
    let options = TunnelEncapsulation.openVPN(
      cipher: "AES-256-GCM",
      digest: nil,
      isUDP: true,
      compresses: true,
      fragments: true
    )
    #expect(options.largestPacket(pathMTU: 1500) == 1443)
  }

  struct ESP: CustomStringConvertible {
    var encryption: String
    var integrity: String?
    var isInUDP = true
    var fits: (Int, Int)
    var description: String { "\(encryption) \(integrity ?? "") \(isInUDP ? "in UDP" : "")" }
  }

  @Test(
    arguments: [
      ESP(encryption: "AES_GCM_16", fits: (1438, 1386)),
      ESP(encryption: "AES_GCM_16", isInUDP: false, fits: (1446, 1394)),
      ESP(encryption: "AES_GCM_8", fits: (1446, 1394)), ESP(encryption: "AES_CCM_12", fits: (1442, 1390)),
      ESP(encryption: "CHACHA20_POLY1305", fits: (1438, 1386)),
      ESP(encryption: "AES_CBC", integrity: "HMAC_SHA2_256_128", fits: (1422, 1374)),
      ESP(encryption: "AES_CBC", integrity: "HMAC_SHA2_512_256", fits: (1406, 1358)),
      ESP(encryption: "AES_CBC", integrity: "HMAC_SHA1_96", fits: (1422, 1374)),
      ESP(encryption: "3DES_CBC", integrity: "HMAC_SHA1_96", fits: (1438, 1390)),
      ESP(encryption: "AES_CTR", integrity: "AES_XCBC_96", fits: (1442, 1390)),
      ESP(encryption: "new", integrity: "new", fits: (1406, 1358)),
    ]
  ) func esp(_ row: ESP) {
    let encapsulation = TunnelEncapsulation.esp(
      encryption: row.encryption,
      integrity: row.integrity,
      isInUDP: row.isInUDP
    )
    #expect(encapsulation.largestPacket(pathMTU: 1500) == row.fits.0)
    #expect(encapsulation.largestPacket(pathMTU: 1450) == row.fits.1)
  }

  @Test func sizesOfAProfile() {
    let sizes = OpenVPNSizes(lines: [
      "tun-mtu 1400", "fragment \"1300\"", "mssfix 1200", "compress lz4-v2", "<ca>\nx\n</ca>",
    ])
    #expect(sizes.tunMTU == 1400 && sizes.linkMTU == nil && sizes.fragments && sizes.compresses)
    #expect(OpenVPNSizes(lines: ["fragment 0", "link-mtu 1450"]) == OpenVPNSizes(lines: ["link-mtu 1450"]))
  }
}
