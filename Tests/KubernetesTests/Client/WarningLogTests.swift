import Foundations
import HTTPTransport
import Testing

@testable import Kubernetes

@Suite struct WarningLogTests {
  @Test func newWarningsAreLoggedHoweverManyThereWere() async throws {
    let lines = Locked<[String]>([])
    let log = WarningLog(logger: Logger(write: { line in lines.withLock { $0.append(line) } }))
    func warn(_ text: String) { log.note(["Warning": "299 - \"\(text)\""]) }
    for number in 0..<3 * WarningLog.capacity { warn("number \(number)") }
    #expect(lines.withLock { $0.count } == 3 * WarningLog.capacity)
    warn("number \(3 * WarningLog.capacity - 1)")
    #expect(lines.withLock { $0.count } == 3 * WarningLog.capacity)
    warn(String(repeating: "x", count: 100_000))
    #expect(lines.withLock { $0.last?.utf8.count ?? 0 } < 2 * WarningLog.longest)
  }
}
