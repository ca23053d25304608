internal import Foundations

extension TwingateSpec {
  func check(_ checker: inout FieldChecker) {
    let path = "spec.twingate"
    checker.dnsLabel(network, "\(path).network")
    checker.secret(apiTokenSecretRef, "\(path).apiTokenSecretRef")
    checker.length(remoteNetwork?.name, "\(path).remoteNetwork.name", Self.nameLength)
    connectors?.check(&checker, "\(path).connectors")
    checker.known(foreignAccess, "\(path).foreignAccess")
    checker.known(deletionPolicy, "\(path).deletionPolicy")
    expose?.check(&checker, "\(path).expose")

    let resources = resources ?? []
    checker.count(resources.count, "\(path).resources", 0...Self.maximumResources)
    checker.unique(resources.map(\.name), "\(path).resources", field: ".name", "two resources have this name")
    checker.uniqueWhereSet(
      resources.map { $0.alias?.lowercased() },
      "\(path).resources",
      ".alias",
      "two resources have this alias"
    )
    for (index, resource) in resources.enumerated() { resource.check(&checker, "\(path).resources[\(index)]") }

    let groups = groups ?? []
    checker.count(groups.count, "\(path).groups", 0...Self.maximumGroups)
    checker.unique(groups.map(\.name), "\(path).groups", field: ".name", "two groups have this name")
    for (index, group) in groups.enumerated() { group.check(&checker, "\(path).groups[\(index)]") }

    let accounts = serviceAccounts ?? []
    checker.count(accounts.count, "\(path).serviceAccounts", 0...Self.maximumServiceAccounts)
    checker.unique(accounts.map(\.name), "\(path).serviceAccounts", field: ".name", "two accounts have this name")
    let secrets = [apiTokenSecretRef.name] + accounts.map(\.keySecret)
    checker.check(Set(secrets).count == secrets.count, Self.keySecretRule, at: path)
    for (index, account) in accounts.enumerated() { account.check(&checker, "\(path).serviceAccounts[\(index)]") }
  }
}

extension TwingateSpec.Resource {
  fileprivate func check(_ checker: inout FieldChecker, _ path: String) {
    checker.length(name, "\(path).name", TwingateSpec.nameLength)
    checkAddress(&checker, "\(path).address")
    if let alias {
      checker.check(Spelling.isAlias(alias), Self.aliasRule, at: "\(path).alias", alias)
    }
    ports.check(&checker, "\(path).ports")
    checker.length(securityPolicy, "\(path).securityPolicy", TwingateSpec.nameLength)
    accessPolicy?.check(&checker, "\(path).accessPolicy")
    let tags = tags ?? [:]
    checker.count(tags.count, "\(path).tags", 0...TwingateSpec.maximumTags)
    for (key, value) in tags.sorted(by: { $0.key < $1.key }) {
      let isOwn = key.hasPrefix("tg") || key.hasPrefix("cloudlinker")
      let isShort = TwingateSpec.keyLength.contains(key.unicodeScalars.count)
      checker.check(isShort && !isOwn, Self.tagsRule, at: "\(path).tags", key)
      checker.length(value, "\(path).tags.\(key)", 1...256)
    }
    let access = access ?? []
    checker.count(access.count, "\(path).access", 0...TwingateSpec.maximumAccess)
    for (index, entry) in access.enumerated() { entry.check(&checker, "\(path).access[\(index)]") }
  }

  private func checkAddress(_ checker: inout FieldChecker, _ path: String) {
    checker.length(address, path, 1...253)
    if address.contains("/") {
      do throws(IPv4Network.ParseError) {
        let network = try IPv4Network(parsing: address)
        checker.check(network.prefixLength >= 8, Self.addressRule, at: path, address)
        checker.check(!Spelling.isTwingateRange(network.address), Self.ownRangeRule, at: path, address)
      } catch .hostBitsSet(let meant) {
        checker.refuse(path, address, "must begin with the network's first address: \(meant)")
      } catch {
        checker.refuse(path, address, Self.addressRule.message)
      }
    } else if let host = IPv4Address(address) {
      checker.check(!Spelling.isTwingateRange(host), Self.ownRangeRule, at: path, address)
    } else {
      checker.check(Spelling.isNamePattern(address), Self.addressRule, at: path, address)
    }
  }
}

extension TwingateSpec.Ports {
  fileprivate func check(_ checker: inout FieldChecker, _ path: String) {
    for (field, list) in [("tcp", tcp ?? []), ("udp", udp ?? [])] {
      checker.count(list.count, "\(path).\(field)", 0...TwingateSpec.maximumPorts)
      checker.check(list.count < 2 || !list.contains("*"), Self.allRule, at: "\(path).\(field)")
      for (index, text) in list.enumerated() where text != "*" {
        checker.spelled(
          text,
          "\(path).\(field)[\(index)]",
          "must be a port, a range such as 8000-8010, or '*' alone for all"
        ) { Self.range($0) != nil }
      }
    }
  }

  private static func range(_ text: String) -> ClosedRange<UInt16>? {
    let parts = text.split(separator: "-", omittingEmptySubsequences: false)
    guard (1...2).contains(parts.count), let first = port(parts[0]), let last = port(parts[parts.count - 1]),
      first <= last
    else { return nil }
    return first...last
  }

  /// A port without a sign or leading zeros.
  private static func port(_ text: Substring) -> UInt16? {
    UInt16(text).flatMap { $0 > 0 && String($0) == text ? $0 : nil }
  }
}

extension TwingateSpec.AccessPolicy {
  /// Nil if none is given, or if it cannot be read (`validate()` names it).
  public var durationHours: Int? { duration.flatMap { TwingateSpec.hours($0, in: Self.hours) } }

  fileprivate func check(_ checker: inout FieldChecker, _ path: String) {
    checker.known(mode, "\(path).mode")
    checker.known(approval, "\(path).approval")
    let isRight = mode == .manual ? duration == nil : mode != .autoLock || duration != nil
    checker.check(isRight, Self.durationRule, at: path)
    checker.spelled(duration, "\(path).duration", "must be hours from 1h to 8760h, such as 720h") { _ in
      durationHours != nil
    }
  }
}

extension TwingateSpec.Access {
  fileprivate func check(_ checker: inout FieldChecker, _ path: String) {
    checker.check((group != nil) != (serviceAccount != nil), Self.principalRule, at: path)
    let isPlain = expiresAt == nil && securityPolicy == nil
    checker.check(serviceAccount == nil || isPlain, Self.serviceAccountRule, at: path)
    checker.length(group, "\(path).group", TwingateSpec.nameLength)
    checker.length(serviceAccount, "\(path).serviceAccount", TwingateSpec.nameLength)
    checker.length(securityPolicy, "\(path).securityPolicy", TwingateSpec.nameLength)
    checker.spelled(expiresAt, "\(path).expiresAt", "must be a time such as 2027-03-01T00:00:00Z") {
      Timestamp($0) != nil
    }
  }
}

extension TwingateSpec.ServiceAccount {
  /// Nil if it is not given, or cannot be read (`validate()` names it).
  public var rotationHours: Int? { rotateEvery.flatMap { TwingateSpec.hours($0, in: Self.rotation) } }

  fileprivate func check(_ checker: inout FieldChecker, _ path: String) {
    checker.length(name, "\(path).name", TwingateSpec.nameLength)
    checker.objectName(keySecret, "\(path).keySecret")
    checker.spelled(rotateEvery, "\(path).rotateEvery", Self.rotationRule.message) { _ in rotationHours != nil }
  }
}

extension TwingateSpec {
  /// The hours in a text such as `720h`, without leading zeros.
  static func hours(_ text: String, in range: ClosedRange<Int>) -> Int? {
    guard text.hasSuffix("h"), let hours = Int(text.dropLast()), "\(hours)h" == text, range.contains(hours) else {
      return nil
    }
    return hours
  }
}

extension TwingateSpec.Group {
  fileprivate func check(_ checker: inout FieldChecker, _ path: String) {
    checker.length(name, "\(path).name", TwingateSpec.nameLength)
    let members = members ?? []
    checker.count(members.count, "\(path).members", 0...TwingateSpec.maximumMembers)
    checker.unique(members, "\(path).members", "listed twice")
    for (index, member) in members.enumerated() {
      checker.length(member, "\(path).members[\(index)]", 3...254)
      checker.spelled(member, "\(path).members[\(index)]", "must be an e-mail address", Spelling.isEmail)
    }
  }
}

extension FieldChecker {
  fileprivate mutating func uniqueWhereSet(_ values: [String?], _ path: String, _ field: String, _ message: String) {
    var first: [String: Int] = [:]
    for (index, value) in values.enumerated() {
      guard let value else { continue }
      if let earlier = first[value] {
        refuse("\(path)[\(index)]\(field)", value, "\(message) (as \(path)[\(earlier)])")
      } else {
        first[value] = index
      }
    }
  }
}
