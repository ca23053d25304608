/// A parser of bytes from outside, and good samples of them.
struct FuzzTarget: Sendable {
  var name: String
  var seeds: [[UInt8]]
  /// Returns for every input, good or bad; a violated property crashes.
  var run: @Sendable ([UInt8]) -> Void

  static let all =
    [
      kubeconfig, objects, watch, profile, configuration, hostileFields, dns, vici, daemonLines, httpValues,
    ] + clouds
}

/// Crashes unless a property holds that every input must keep.
func require(_ holds: Bool, _ words: @autoclosure () -> String) {
  guard !holds else { return }
  fatalError(words())
}

extension StringProtocol {
  var bytes: [UInt8] { Array(utf8) }
}
