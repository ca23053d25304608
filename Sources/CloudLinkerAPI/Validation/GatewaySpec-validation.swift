internal import Foundations
internal import Kubernetes

extension GatewaySpec {
  func check(_ checker: inout FieldChecker) {
    if let className { checker.dnsLabel(className, "spec.gateway.className") }
    resources?.check("spec.gateway.resources", &checker)
    checker.range(maximumSegmentSize, "spec.gateway.maximumSegmentSize", Self.segmentSizeRange)
    checker.range(drainSeconds, "spec.gateway.drainSeconds", Self.drainRange)
  }
}

extension ResourceRequirements {
  func check(_ path: String, _ checker: inout FieldChecker) {
    checker.quantities(limits, "\(path).limits")
    checker.quantities(requests, "\(path).requests")
  }
}

extension FieldChecker {
  /// Checks amounts, given by resource name.
  mutating func quantities(_ amounts: [String: JSONValue]?, _ path: String) {
    guard let amounts else { return }
    count(amounts.count, path, 0...ResourceRequirements.maximumEntries)
    for (name, amount) in amounts.sorted(by: { $0.key < $1.key }) {
      switch amount {
      case .int(let number) where number >= 0: break
      case .string(let text) where Spelling.isQuantity(text): break
      case .int(let number): refuse("\(path).\(name)", "\(number)", "must not be negative")
      case .string(let text): refuse("\(path).\(name)", text, "must be a quantity, such as 100m, 0.5 or 64Mi")
      case .double(let number): refuse("\(path).\(name)", "\(number)", "must be in quotes, because it is a fraction")
      default: refuse("\(path).\(name)", nil, "must be a quantity, such as 100m, 0.5 or 64Mi")
      }
    }
  }
}
