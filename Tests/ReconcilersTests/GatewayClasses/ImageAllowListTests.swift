import Testing

@testable import Reconcilers

@Suite struct ImageAllowListTests {
  @Test(arguments: [
    ("ghcr.io/acme", "ghcr.io/acme/gateway:1"), ("ghcr.io/acme", "ghcr.io/acme/a/b@sha256:0123"),
    ("ghcr.io/acme", "ghcr.io/acme"), ("ghcr.io/acme/gateway", "ghcr.io/acme/gateway:1"),
    ("ghcr.io/acme/gateway", "ghcr.io/acme/gateway@sha256:0123"), ("ghcr.io/acme/", "ghcr.io/acme/gateway:1"),
    ("ghcr.io/acme/gateway:1", "ghcr.io/acme/gateway:1"), ("ghcr.io/acme/gateway:1", "ghcr.io/acme/gateway:1@sha256:0"),
    ("ghcr.io", "ghcr.io/acme/gateway:1"), ("localhost:5000", "localhost:5000/gateway"), ("gateway", "gateway:1"),
  ])
  func whatLiesBelowAnEntryIsAdmitted(entry: String, image: String) {
    #expect(ImageAllowList([entry]).admits(image))
    #expect(ImageAllowList(["other", entry]).admits(image))
  }

  @Test(arguments: [
    ("ghcr.io/acme", "ghcr.io/acme-evil/shell:1"), ("ghcr.io/acme", "ghcr.io/acme.evil/shell"),
    ("ghcr.io/acme", "ghcr.io/acm"), ("ghcr.io/acme", "evil.io/ghcr.io/acme/gateway"),
    ("ghcr.io/acme/gateway:1", "ghcr.io/acme/gateway:10"), ("ghcr.io", "ghcr.io.evil.example/gateway"),
    ("ghcr.io", "ghcr.io:5000/gateway"), ("ghcr.io/acme/", "ghcr.io/acme:1"), ("", "anything"),
  ])
  func whatOnlyBeginsLikeAnEntryIsNot(entry: String, image: String) {
    #expect(!ImageAllowList([entry]).admits(image))
  }

  @Test func anEmptyListAdmitsNothing() { #expect(!ImageAllowList().admits("gateway:1")) }
}
