/// Finds out whether the kernel encrypts IPsec, by adding a state and removing it again.
enum KernelESP {
  static func isAvailable() -> Bool {
    let identity = ["src", "127.0.0.1", "dst", "127.0.0.2", "proto", "esp", "spi", "0xc10d"]
    // rfc4106 takes a 256-bit key with 4 bytes of salt: all zero, used for nothing.
    let key = "0x" + String(repeating: "0", count: 72)
    let added = Command.run(
      "ip",
      ["xfrm", "state", "add"] + identity + ["mode", "tunnel", "aead", "rfc4106(gcm(aes))", key, "128"]
    )
    guard added.succeeded else { return false }
    _ = Command.run("ip", ["xfrm", "state", "delete"] + identity)
    return true
  }
}
