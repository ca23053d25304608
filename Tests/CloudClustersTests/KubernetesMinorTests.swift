import Testing

@testable import CloudClusters

@Suite struct KubernetesMinorTests {
  @Test func aMinorIsTwoNumbers() {
    #expect(KubernetesMinor("1.34") == KubernetesMinor(major: 1, minor: 34))
    for wrong in ["", "1", "v1.34", "1.34.1", "1.", ".34", "1.-3", "1. 4", "one.two"] {
      #expect(KubernetesMinor(wrong) == nil, "\(wrong)")
    }
  }

  @Test func minorsAreComparedAsNumbers() throws {
    let old = try #require(KubernetesMinor("1.9"))
    #expect(old < KubernetesMinor(major: 1, minor: 10) && old.next.description == "1.10")
  }
}
