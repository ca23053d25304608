import Gateway
import Glibc
import Testing

@testable import GatewayAgent

@Suite struct AcceptPauseTests {
  let now = ContinuousClock.now

  @Test(arguments: [EMFILE, ENFILE, ENOBUFS, ENOMEM]) func withoutDescriptorsNobodyIsAcceptedForAMoment(_ error: Int32)
  {
    var pause = AcceptPause()
    #expect(pause.left(now: now) == nil && pause.events(now: now) == Int16(POLLIN))
    pause.failed(error, now: now)
    #expect(pause.left(now: now) == AcceptPause.length && pause.events(now: now) == 0)
    let later = now.advanced(by: AcceptPause.length)
    #expect(pause.left(now: later) == nil && pause.events(now: later) == Int16(POLLIN))
  }

  @Test(arguments: [EAGAIN, EINTR, ECONNABORTED, EPROTO]) func aConnectionThatFailsHoldsUpNoOther(_ error: Int32) {
    var pause = AcceptPause()
    pause.failed(error, now: now)
    #expect(pause.events(now: now) == Int16(POLLIN))
  }

}
