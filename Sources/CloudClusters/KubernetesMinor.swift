/// A minor version of Kubernetes: `1.34`. Its patches are the provider's.
package struct KubernetesMinor: Sendable, Hashable, Comparable, CustomStringConvertible {
  package var major: Int
  package var minor: Int

  package init(major: Int, minor: Int) {
    self.major = major
    self.minor = minor
  }

  /// Nil for anything but two numbers with a dot between them.
  package init?(_ text: some StringProtocol) {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count == 2, let major = Self.number(parts[0]), let minor = Self.number(parts[1]) else { return nil }
    self.init(major: major, minor: minor)
  }

  private static func number(_ text: some StringProtocol) -> Int? {
    text.utf8.allSatisfy { (0x30...0x39).contains($0) } ? Int(text) : nil
  }

  /// The target of an upgrade, because no provider skips a minor.
  package var next: KubernetesMinor { KubernetesMinor(major: major, minor: minor + 1) }

  package var description: String { "\(major).\(minor)" }

  package static func < (left: KubernetesMinor, right: KubernetesMinor) -> Bool {
    (left.major, left.minor) < (right.major, right.minor)
  }
}
