internal import Foundations

extension TwingateSpec.Expose {
  func check(_ checker: inout FieldChecker, _ path: String) {
    checker.count(kinds.count, "\(path).kinds", 1...Kind.allCases.count)
    for (index, kind) in kinds.enumerated() { checker.known(kind, "\(path).kinds[\(index)]") }
    checker.unique(kinds.map(\.rawValue), "\(path).kinds", "listed twice")
    let lists = [
      ("groups", groups), ("domains", domains), ("addresses", addresses), ("securityPolicies", securityPolicies),
    ]
    for (field, list) in lists {
      checker.count((list ?? []).count, "\(path).\(field)", 0...Self.maximumEntries)
      checker.unique(list ?? [], "\(path).\(field)", "listed twice")
    }
    for (field, list) in [("groups", groups), ("securityPolicies", securityPolicies)] {
      for (index, name) in (list ?? []).enumerated() {
        checker.length(name, "\(path).\(field)[\(index)]", TwingateSpec.nameLength)
      }
    }
    for (index, domain) in (domains ?? []).enumerated() {
      checker.check(Spelling.isAlias(domain), Self.domainRule, at: "\(path).domains[\(index)]", domain)
    }
    for (index, address) in (addresses ?? []).enumerated() {
      checker.spelled(address, "\(path).addresses[\(index)]", "must be an IPv4 address or a DNS name") {
        IPv4Address($0) != nil || Spelling.isDNSName($0)
      }
    }
  }
}
