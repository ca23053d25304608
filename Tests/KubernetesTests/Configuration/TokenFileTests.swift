import Foundations
import HTTPTransport
import Testing

@testable import Kubernetes

@Suite struct TokenFileTests {
  let folder: TemporaryFolder
  let time = VirtualTimeSource()
  init() throws { folder = try TemporaryFolder() }

  func header(_ token: TokenFile, fresh: Bool = false) async throws -> String? {
    try await token.headers(fresh: fresh).first?.1
  }

  @Test func aRotatedTokenIsTakenUpWithinAMinuteAndAtOnceAfterARefusal() async throws {
    let token = TokenFile(path: try folder.write("token", "one\n"), time: time)
    #expect(try await header(token) == "Bearer one")
    try folder.write("token", "two")
    time.advance(by: .seconds(59))
    #expect(try await header(token) == "Bearer one")
    time.advance(by: .seconds(1))
    #expect(try await header(token) == "Bearer two")
    try folder.write("token", "three")
    time.advance(by: .seconds(5))
    #expect(try await header(token, fresh: true) == "Bearer three")
    try folder.write("token", "four")
    #expect(try await header(token, fresh: true) == "Bearer three", "of many refused at once, one reads")
  }

  @Test func anUnreadableTokenLeavesTheOldOneInUse() async throws {
    let token = TokenFile(path: try folder.write("token", "one"), time: time)
    #expect(try await header(token) == "Bearer one")
    try folder.write("token", " \n")
    time.advance(by: .seconds(60))
    #expect(try await header(token) == "Bearer one")
    try folder.write("token", "two")
    time.advance(by: .seconds(9))
    #expect(try await header(token) == "Bearer one")
    time.advance(by: .seconds(1))
    #expect(try await header(token) == "Bearer two")
  }

  @Test func aTokenThatNeverWasIsAnError() async throws {
    let token = TokenFile(path: "\(folder.path)/none", time: time)
    let error = await #expect(throws: KubernetesError.self) { try await token.headers(fresh: false) }
    #expect(error?.message.contains("\(folder.path)/none cannot be read: No such file") == true)
  }

  @Test func certificatesAreReadAgainToo() async throws {
    try folder.write("token", "t")
    try folder.write("ca.crt", pem)
    let surroundings = ClientConfiguration.Surroundings(
      environment: ["KUBERNETES_SERVICE_HOST": "10.0.0.1", "KUBERNETES_SERVICE_PORT": "443"],
      time: time,
      logger: .none,
      serviceAccountFolder: folder.path
    )
    let configuration = try ClientConfiguration.find(nil, nil, surroundings)
    #expect(try await configuration.tls.current().certificateAuthorities == Array(pem.utf8))
    try folder.write("ca.crt", pem + pem)
    time.advance(by: .seconds(60))
    #expect(try await configuration.tls.current().certificateAuthorities == Array((pem + pem).utf8))
  }
}
