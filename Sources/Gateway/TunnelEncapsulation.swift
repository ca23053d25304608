/// How a tunnel wraps a packet. The largest packet that reaches the server in one piece follows from it.
///
/// In bytes, over IPv4:
///
///     OpenVPN                                                        ESP in tunnel mode (RFC 4303)
///     IPv4 20, UDP 8                                                 IPv4 20, UDP 8 if encapsulated (RFC 3948)
///     or IPv4 20, TCP 20, its timestamps 12, length 2                SPI and sequence number 8
///     opcode and peer id 4                                           IV: 8 (GCM, CCM, CTR, ChaCha20), or a block (CBC)
///     AEAD: packet id 4, tag 16                                      packet, pad length 1, next header 1, padded to a
///     CBC: HMAC, IV of a block, then padded to a block, by at        block (CBC) or to 4
///     least 1: packet id 4, packet                                   ICV: as the algorithm's name says
///
/// OpenVPN adds 1 for compression and 4 where `fragment` is set. Its format is described in the OpenVPN 2.6 sources, in
/// `doxygen/doc_data_crypto.h` and `src/openvpn/crypto.c`.
public struct TunnelEncapsulation: Sendable, Hashable {
  /// Bytes around the padded part.
  public var outside: Int
  /// The padded part is a multiple of this, in bytes.
  public var block: Int
  /// Bytes in the padded part besides the packet and the padding.
  public var inside: Int

  /// The largest IPv4 packet, headers included, that fits into one packet of `pathMTU` bytes.
  public func largestPacket(pathMTU: Int) -> Int { max(0, pathMTU - outside) / block * block - inside }

  // MARK: OpenVPN

  /// - Parameters:
  ///   - cipher: as OpenVPN logs it, such as `AES-256-GCM`. One that is not known counts as the largest there is.
  ///   - digest: the HMAC's digest, such as `SHA256`; nil with an AEAD cipher.
  ///   - isUDP: whether the tunnel runs over UDP, not TCP.
  ///   - compresses: whether packets carry a byte for compression.
  ///   - fragments: whether OpenVPN's own fragmentation is on.
  public static func openVPN(
    cipher: String,
    digest: String?,
    isUDP: Bool,
    compresses: Bool = false,
    fragments: Bool = false
  ) -> TunnelEncapsulation {
    let cipher = cipher.uppercased()
    let transport = isUDP ? 20 + 8 : 20 + 20 + 12 + 2
    let options = (compresses ? 1 : 0) + (fragments ? 4 : 0)
    let start = transport + 4
    if cipher.contains("GCM") || cipher.contains("POLY1305") {
      return TunnelEncapsulation(outside: start + 4 + 16, block: 1, inside: options)
    }
    let authentication = digest.map(digestSize) ?? largestDigest
    let block = ["DES", "BF-", "CAST5", "RC2"].contains { cipher.hasPrefix($0) } ? 8 : 16
    if cipher.contains("CFB") || cipher.contains("OFB") {
      // Stream modes need no padding, and packet ids carry the time.
      return TunnelEncapsulation(outside: start + authentication + block, block: 1, inside: 8 + options)
    }
    return TunnelEncapsulation(outside: start + authentication + block, block: block, inside: 4 + 1 + options)
  }

  private static let largestDigest = 64

  private static func digestSize(_ name: String) -> Int {
    let name = name.uppercased().filter { $0 != "-" }
    let sizes = [("MD5", 16), ("SHA1", 20), ("RIPEMD160", 20), ("224", 28), ("256", 32), ("384", 48), ("512", 64)]
    // SHA512-256 is 32 bytes long: the last number counts.
    return sizes.first { name.hasSuffix($0.0) }?.1 ?? largestDigest
  }

  // MARK: ESP

  /// - Parameters:
  ///   - encryption: as charon reports it, such as `AES_GCM_16` or `AES_CBC`; one that is not known counts as the largest
  ///     there is.
  ///   - integrity: such as `HMAC_SHA2_256_128`; nil with an AEAD algorithm.
  ///   - isInUDP: whether ESP packets travel in UDP.
  public static func esp(encryption: String, integrity: String?, isInUDP: Bool) -> TunnelEncapsulation {
    let (iv, block): (Int, Int) =
      switch encryption {
      case let name where name.hasPrefix("3DES") || name.hasPrefix("DES_"): (8, 8)
      case "NULL": (0, 4)
      case let name where ["GCM", "CCM", "CTR", "GMAC", "CHACHA20"].contains { name.contains($0) }: (8, 4)
      default: (16, 16)
      }
    let check: Int =
      if let integrity {
        // Truncated HMACs end with their length in bits.
        lastNumber(integrity).map { $0 / 8 } ?? 32
      } else {
        // AEAD algorithms end with the length of their tag in bytes.
        lastNumber(encryption).flatMap { (8...16).contains($0) ? $0 : nil } ?? 16
      }
    return TunnelEncapsulation(
      outside: 20 + (isInUDP ? 8 : 0) + 8 + iv + check,
      block: block,
      inside: 2
    )
  }

  private static func lastNumber(_ name: String) -> Int? { name.split(separator: "_").last.flatMap { Int($0) } }
}

/// Sizes that an OpenVPN profile sets itself.
///
/// | directive | what OpenVPN does | what the gateway does |
/// |---|---|---|
/// | `tun-mtu`, `link-mtu` | refuses larger packets | lets no larger packet into the tunnel |
/// | `fragment` | splits packets, with 4 bytes in each | counts the 4 bytes, so that nothing needs to be split |
/// | `mssfix` | lowers the MSS further, never raises it | leaves it to OpenVPN |
public struct OpenVPNSizes: Sendable, Hashable {
  /// The largest packet that OpenVPN takes, in bytes.
  public var tunMTU: Int?
  /// The largest packet that OpenVPN sends, in bytes, without IP and UDP or TCP headers.
  public var linkMTU: Int?
  public var fragments = false
  public var compresses = false

  /// - Parameter lines: those of an OpenVPN configuration.
  public init(lines: [String]) {
    for line in lines {
      let words = line.split(separator: " ")
      let number = words.dropFirst().first.flatMap { Int($0.filter { $0 != "\"" }) }
      switch words.first {
      case "tun-mtu": tunMTU = number
      case "link-mtu": linkMTU = number
      case "fragment": fragments = number != 0
      case "compress", "comp-lzo": compresses = true
      default: break
      }
    }
  }
}
