internal import Gateway

/// Learns from openvpn's log how large packets may be: from the negotiated cipher, and from a size that the server
/// pushed.
struct OpenVPNSizeReader: Sendable {
  let context: AgentContext
  let rendering: OpenVPNRendering

  /// Call it when openvpn starts: a size that a previous server pushed no longer counts.
  func begin() { context.update { $0.sizing.limit = rendering.sizes.tunMTU } }

  func read(_ line: String) {
    if let pushed = Self.pushedSize(line) {
      context.update { $0.sizing.limit = min(pushed, rendering.sizes.tunMTU ?? pushed) }
    } else if let (cipher, digest) = Self.dataChannel(line) {
      let encapsulation = TunnelEncapsulation.openVPN(
        cipher: cipher,
        digest: digest,
        isUDP: rendering.isUDP,
        compresses: rendering.sizes.compresses || line.contains("compression:"),
        fragments: rendering.sizes.fragments
      )
      context.update { state in
        state.sizing.encapsulation = encapsulation
        if let linkMTU = rendering.sizes.linkMTU {
          // `link-mtu` counts the payload of UDP or TCP.
          let largest = encapsulation.largestPacket(pathMTU: linkMTU + (rendering.isUDP ? 28 : 40))
          state.sizing.limit = min(state.sizing.limit ?? largest, largest)
        }
      }
    }
  }

  /// The `tun-mtu` of a line such as `PUSH: Received control message: 'PUSH_REPLY,ping 10,tun-mtu 1400,…'`; nil where
  /// there is none.
  static func pushedSize(_ line: String) -> Int? {
    guard line.hasPrefix("PUSH: Received control message: 'PUSH_REPLY") else { return nil }
    let option = line.split(separator: ",").first { $0.hasPrefix("tun-mtu ") }
    return option.flatMap { Int($0.dropFirst("tun-mtu ".count).prefix { $0.isNumber }) }
  }

  /// The cipher and digest in `Data Channel: cipher 'AES-256-CBC', auth 'SHA256', peer-id: 0, compression: 'lz4v2'`.
  static func dataChannel(_ line: String) -> (cipher: String, digest: String?)? {
    guard line.hasPrefix("Data Channel: cipher '") else { return nil }
    let quoted = line.split(separator: "'", omittingEmptySubsequences: false)
    guard quoted.count >= 3 else { return nil }
    let digest = quoted.firstIndex { $0.hasSuffix("auth ") }.map { String(quoted[$0 + 1]) }
    return (String(quoted[1]), digest)
  }
}
