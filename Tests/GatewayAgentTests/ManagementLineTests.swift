import Testing

@testable import GatewayAgent

@Suite struct ManagementLineTests {
  @Test func readsWhatOpenVPNSays() {
    #expect(
      ManagementLine(">STATE:1795244567,CONNECTED,SUCCESS,10.8.1.2,10.209.0.101,1194,,")
        == .state(.init(name: "CONNECTED", detail: "SUCCESS", localAddress: "10.8.1.2", remoteAddress: "10.209.0.101"))
    )
    #expect(
      ManagementLine(">STATE:1,RECONNECTING,ping-restart,,,,,")
        == .state(.init(name: "RECONNECTING", detail: "ping-restart", localAddress: "", remoteAddress: ""))
    )
    #expect(ManagementLine(">BYTECOUNT:12,34") == .byteCount(received: 12, sent: 34))
    #expect(ManagementLine(">HOLD:Waiting for hold release:0") == .hold)
    #expect(ManagementLine(">FATAL:Cannot open TUN/TAP dev") == .fatal("Cannot open TUN/TAP dev"))
    #expect(ManagementLine("SUCCESS: hold release succeeded") == .answer(succeeded: true, "hold release succeeded"))
    #expect(ManagementLine("ERROR: unknown command") == .answer(succeeded: false, "unknown command"))
  }

  @Test(arguments: [
    "", ">", ">STATE:", ">STATE:1", ">BYTECOUNT:", ">BYTECOUNT:1", ">BYTECOUNT:1,99999999999999999999", "x",
  ])
  func takesTheRestAsIs(line: String) {
    #expect(ManagementLine(line) == .other(line))
  }

  @Test func cutsLines() {
    var splitter = LineSplitter(limit: 8)
    #expect(splitter.append(Array("one\r\ntw".utf8)) == ["one"])
    #expect(splitter.append(Array("o\n\nx".utf8)) == ["two", ""])
    #expect(splitter.append(Array("234567890\n".utf8)) == ["x2345678", "90"])
  }
}

@Suite struct DaemonLogTests {
  @Test func takesCharonsLinesApart() {
    #expect(DaemonLog.parts(of: "05[IKE] <tunnel|1> deleting IKE_SA") == ("ike", "deleting IKE_SA"))
    #expect(DaemonLog.parts(of: "00[DMN] SIGTERM received") == ("dmn", "SIGTERM received"))
    #expect(DaemonLog.parts(of: "[server] Peer Connection Initiated") == ("", "[server] Peer Connection Initiated"))
    for odd in ["", "[", "]", "12[", "12[]", "12[]x", "5]6[", "00[IKE]", "00[IKE] <"] { _ = DaemonLog.parts(of: odd) }
  }

  @Test func hidesSecrets() {
    #expect(DaemonLog.redacted("password S3cret pass given", ["S3cret pass"]) == "password *** given")
    #expect(DaemonLog.redacted("a b", ["a"]) == "a b")
  }
}
