import Foundations
import Gateway
import Glibc
import Testing

@testable import GatewayAgent

/// Gateways of one connection in one process: their gates ask each other, on one virtual clock.
@Suite struct CredentialGateTests {
  private final class World: Sendable {
    typealias Member = (context: AgentContext, gate: CredentialGate)
    let time = VirtualTimeSource()
    private let members = Locked<[Member]>([])
    private let folders = Locked<[String]>([])

    /// - Parameter folder: one that a former container of the pod has used; nil: a new one.
    func start(_ tunnel: String, in folder: String? = nil) -> Member {
      let folder = folder ?? newFolder()
      let log = Logger(level: .error, format: .text, write: { _ in })
      let context = AgentContext(log: log, time: time, runtime: RuntimeDirectory(path: folder))
      let (members, time) = (members, time)
      let gate = CredentialGate(context: context) { _ in
        members.withLock { $0 }.compactMap { other in
          guard other.context !== context, let record = other.context.read({ $0.credentials }) else { return nil }
          return CredentialQuestion.Answer(record, now: time.timestamp).record(now: time.timestamp)
        }
      }
      members.withLock { $0.append((context, gate)) }
      return (context, gate)
    }

    func newFolder() -> String {
      var template = Array("/tmp/credentials-XXXXXX".utf8CString)
      let folder = template.withUnsafeMutableBufferPointer { buffer in
        buffer.baseAddress.flatMap { mkdtemp($0) }.map { String(cString: $0) } ?? "/nonexistent"
      }
      folders.withLock { $0.append(folder) }
      return folder
    }

    deinit {
      for folder in folders.withLock({ $0 }) {
        unlink("\(folder)/credentials.json")
        rmdir(folder)
      }
    }
  }

  @Test func wrongCredentialsAreRefusedTwiceAndThenOnceInFifteenMinutes() throws {
    let world = World()
    let tunnels = ["a", "b", "c"]
    let gateways = tunnels.map { world.start($0) }
    let materials = try tunnels.map { try Samples.login(tunnel: $0) }
    for gateway in gateways { gateway.context.update { $0.siblings = [IPv4Address(bits: 1)] } }
    var attempts: [Int] = []
    // Each attempt takes a second, and the server refuses it.
    for second in 0..<1900 {
      for (index, gateway) in gateways.enumerated() where gateway.gate.mayTry(materials[index]) {
        attempts.append(second)
        gateway.gate.wasRefused()
        world.time.advance(by: .milliseconds(100))
        gateway.gate.attemptEnded()
      }
      world.time.advance(by: .seconds(1))
    }
    #expect(attempts.count == 4, "\(attempts)")
    #expect(attempts.first == 0)
    let state = gateways[2].context.snapshot
    #expect(state.status.tunnel.failure == .authenticationFailed)
    #expect(state.status.tunnel.lastError?.contains("the next try is at") == true)
  }

  @Test func aChangedSecretIsTriedAtOnceAndATouchedOneIsNot() throws {
    let world = World()
    let (context, gate) = world.start("a")
    func attempt(_ material: GatewayMaterial) -> Bool {
      guard gate.mayTry(material) else { return false }
      gate.wasRefused()
      gate.attemptEnded()
      return true
    }
    let material = try Samples.login(tunnel: "a", siblings: nil)
    #expect(attempt(material))
    world.time.advance(by: .seconds(11))
    #expect(attempt(material))
    #expect(!attempt(material))
    #expect(!attempt(try Samples.login(tunnel: "a", revision: "2", siblings: nil)))
    #expect(context.snapshot.credentialHold != nil)
    #expect(attempt(try Samples.login(tunnel: "a", revision: "3", password: "other", siblings: nil)))
    #expect(context.snapshot.credentialHold == nil)
  }

  @Test func aRestartedContainerRemembersWhatWasRefused() throws {
    let world = World()
    let material = try Samples.login(tunnel: "a", siblings: nil)
    let folder = world.newFolder()
    let (_, gate) = world.start("a", in: folder)
    for _ in 0..<2 {
      #expect(gate.mayTry(material))
      gate.wasRefused()
      gate.attemptEnded()
      world.time.advance(by: .seconds(11))
    }
    let (_, again) = world.start("a", in: folder)
    #expect(!again.mayTry(material))
    world.time.advance(by: .seconds(900))
    #expect(again.mayTry(material))
    again.wasAccepted()
    let (_, third) = world.start("a", in: folder)
    #expect(third.mayTry(material))
  }

  @Test func certificatesAreNotHeldUp() throws {
    let (context, gate) = World().start("a")
    let material = try Samples.material(profile: "client\n<ca>\n\(Samples.certificate)</ca>\n")
    for _ in 0..<5 {
      #expect(gate.mayTry(material))
      gate.attemptEnded()
    }
    #expect(context.snapshot.credentials == nil)
  }
}
