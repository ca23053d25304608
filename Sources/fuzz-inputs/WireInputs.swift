import Foundations
import Gateway

@testable import GatewayAgent
@testable import HTTPTransport

/// Bytes that arrive over sockets.
extension FuzzTarget {
  static let dns = FuzzTarget(
    name: "dns",
    seeds: [
      [0, 1, 0x81, 0x80, 0, 1, 0, 2, 0, 0, 0, 0] + question
        + [0xc0, 12, 0, 5, 0, 1, 0, 0, 0, 60, 0, 4, 1, 0x78, 0xc0, 14, 1, 0x78, 0xc0, 14, 0, 1, 0, 1, 0, 0, 0, 60]
        + [0, 4, 10, 0, 0, 1],
      [0, 1, 0x83, 0x80, 0, 1, 0, 0, 0, 0, 0, 0] + question,
    ]
  ) { input in
    let id = input.count > 1 ? UInt16(input[0]) << 8 | UInt16(input[1]) : 0
    if case .addresses(let addresses, _)? = DNSMessage.answer(input, to: "a.bc", id: id) {
      require(!addresses.isEmpty, "an answer without an address")
    }
    // If a name is accepted, its question can be read back.
    let name = String(decoding: input, as: UTF8.self)
    guard var message = DNSMessage.question(name, id: 7) else { return }
    message[2] = 0x80
    require(DNSMessage.answer(message, to: name, id: 7) == .noSuchName, "the question for \(name) is not understood")
  }
  /// The question for the A record of `a.bc`.
  private static let question: [UInt8] = [1, 0x61, 2, 0x62, 0x63, 0, 0, 1, 0, 1]

  static let vici = FuzzTarget(name: "vici", seeds: viciSeeds) { input in
    guard let packet = try? ViciPacket(decoding: input[...]) else { return }
    let encoded = packet.encoded
    require(encoded.prefix(4).reduce(0) { $0 << 8 | Int($1) } == encoded.count - 4, "a wrong length")
    guard let again = try? ViciPacket(decoding: encoded[4...]) else { fatalError("what was encoded is not decoded") }
    // A name that is not UTF-8 grows when it is repaired, and may then be cut.
    if encoded[4...] == input[...] { require(again == packet, "encoded twice, it differs") }
    if case .response(let section) = packet { _ = section.text }
  }
  private static let viciSeeds: [[UInt8]] = {
    var section = ConfigurationSection()
    section.set("state", "ESTABLISHED")
    section.set("local_ts", list: ["10.0.0.0/8", ""])
    section.section("child-sas") { $0.section("remote-1") { $0.set("bytes-in", "12") } }
    let packets: [ViciPacket] = [
      .request("initiate", section), .response(section), .event("ike-updown", section), .register("log"), .confirmed,
      .unknownCommand,
    ]
    return packets.map { Array($0.encoded.dropFirst(4)) }
  }()

  static let daemonLines = FuzzTarget(
    name: "daemon-lines",
    seeds: [
      ">STATE:1700000000,CONNECTED,SUCCESS,10.8.0.2,1.2.3.4,1194,,\r\n>BYTECOUNT:1,2\n>PASSWORD:Need 'Auth' username",
      "GET /status?x HTTP/1.1\r\nHost: a\r\nIf-None-Match: \"1\"\r\n\r\n", ">PASSWORD:Verification Failed: 'Auth'\n",
      "received AUTHENTICATION_FAILED notify error\nVERIFY ERROR: depth=1, error=certificate has expired: CN=a\n",
      "TLS Error: TLS key negotiation failed\nparsed IKE_AUTH response 1 [ N(NO_PROP) ]\n",
    ].map(\.bytes)
  ) { input in
    var splitter = LineSplitter(limit: 64)
    for line in splitter.append(input) {
      require(line.utf8.count <= 64 * 3, "a line of \(line.utf8.count) bytes")
      _ = ManagementLine(line)
      let classifier = DaemonLogClassifier(server: "vpn.example.com:500", method: .eapPassword)
      _ = classifier.charon(line)
      _ = classifier.openVPN(line)
    }
    _ = HTTPRequestHead(input)
  }

  static let httpValues = FuzzTarget(
    name: "http-values",
    seeds: [
      "https://user@[::1]:6443/a%2f?b=c", "Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT",
      "Sun Nov  6 08:49:37 1994", "120", "2026-11-21T05:41:55.123456+01:00", "9999-12-31T23:59:60-23:59", "10.0.0.0/8",
    ].map(\.bytes)
  ) { input in
    let text = String(decoding: input, as: UTF8.self)
    if let target = HTTPTarget(text) {
      let again = HTTPTarget("\(target.scheme.rawValue)://\(target.authority)\(target.pathAndQuery)")
      require(again == target, "written out, \(target) is another")
    }
    let head = HTTPResponseHead(status: 429, headers: ["Retry-After": text])
    if let delay = RetryAfter.delay(in: head, now: Timestamp(seconds: 0)) {
      require(delay >= .zero, "a negative delay")
    }
    // A leap second and an offset may lead into the year 10000, which RFC 3339 does not have.
    if let time = Timestamp(text), time < Timestamp(seconds: 253_402_300_800) {
      require(Timestamp(time.microDescription) != nil, "\(time) cannot be read back")
    }
    if let network = IPv4Network(text) { require(IPv4Network(network.description) == network, "\(network) is another") }
  }
}
