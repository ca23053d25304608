extension OpenVPNProfile {
  /// Turns the directives of a profile into what the gateway writes, and collects what is refused and ignored.
  struct Reading {
    let hasCredentials: Bool
    var refusals = Refusals()
    /// Names that `ignore-unknown-option` permits; `permitsUnknown`: `setenv FORWARD_COMPATIBLE` permits all.
    var permitted: Set<String> = []
    var permitsUnknown = false

    var profile = OpenVPNProfile.empty
    private(set) var ignored = Ignored()
    var remotes: [(host: String, port: Int?, isUDP: Bool?, connection: Int?)] = []
    /// `proto` and `port` by the number of their `<connection>`; 0: outside.
    var protocols: [Int: Bool] = [:]
    var ports: [Int: Int] = [:]
    var forcedProtocol: Bool?
    var cipher: String?
    var dataCiphers: [String]?
    var hasFallbackCipher = false
    var device: (line: Int, name: String)?
    var isTUN = false
    var verifiesServer = false
    var allowsCompression: Bool?
    /// Lines of the directives and blocks that were kept, by name.
    var lines: [String: Int] = [:]
    /// Contents of the blocks with key material, by name.
    var material: [String: String] = [:]
    /// Directives that name a file with key material.
    var files: [Item] = []
    var credentialsFile: Int?
    var tlsVersions: (least: String?, most: String?)
    var tlsCipher = ""
    var certificateProfile: String?

    init(hasCredentials: Bool) { self.hasCredentials = hasCredentials }

    mutating func read(_ item: Item, isOptional: Bool = false) {
      if item.block != nil { return readBlock(item) }
      guard let directive = OpenVPNDirective[item.name] else {
        if isOptional || permitsUnknown || permitted.contains(item.name) { return ignored.add(nil, .unknown) }
        return refusals.add(
          item.line,
          "a directive that the gateway does not know (\(OpenVPNProfile.length(of: item.name))): remove it if the server "
            + "does not need it"
        )
      }
      switch directive {
      case .refused(let reason): refuse(item, "is not allowed: \(reason)")
      case .set: break
      case .ignored(let cause): ignored.add(item.name, cause)
      case .read: interpret(item)
      case .material: readMaterial(item)
      case .kept(let required, let optional): keep(item, required, optional)
      }
    }

    mutating func refuse(_ item: Item, _ reason: String) { refusals.add(item.line, "`\(item.name)` \(reason)") }
    mutating func ignore(_ name: String?, _ cause: OpenVPNDirective.Cause) { ignored.add(name, cause) }

    private mutating func keep(
      _ item: Item,
      _ required: [OpenVPNDirective.Argument],
      _ optional: [OpenVPNDirective.Argument]
    ) {
      guard item.connection == nil else { return refuse(item, "is not allowed inside <connection>: move it out of it") }
      let most = required.count + optional.count
      guard (required.count...most).contains(item.arguments.count) else {
        let wanted = required.count == most ? "\(most)" : "\(required.count) to \(most)"
        return refuse(item, "has \(item.arguments.count) arguments and takes \(wanted): correct it")
      }
      for (index, (argument, value)) in zip(required + optional, item.arguments).enumerated() {
        if let problem = argument.problem(value) { return refuse(item, "is wrong: argument \(index + 1) \(problem)") }
      }
      write(item.name, item.arguments, line: item.line)
      switch item.name {
      case "remote-cert-tls", "remote-cert-eku", "verify-x509-name", "peer-fingerprint": verifiesServer = true
      case "fragment": profile.needsUDP = true
      case "tls-version-min": tlsVersions.least = item.arguments[0]
      case "tls-version-max": tlsVersions.most = item.arguments[0]
      case "tls-cipher": tlsCipher = item.arguments[0]
      case "tls-cert-profile": certificateProfile = item.arguments[0]
      default: break
      }
    }

    /// Puts a line into the gateway's configuration.
    mutating func write(_ name: String, _ arguments: [String], line: Int) {
      let rendered = ([name] + arguments.map(OpenVPNProfile.rendered)).joined(separator: " ")
      guard rendered.utf8.count <= OpenVPNProfile.maximumLineLength else {
        return refusals.add(line, "`\(name)` is longer than OpenVPN reads once it is quoted: shorten it")
      }
      lines[name] = line
      profile.keptLines.append(rendered)
      for argument in arguments {
        profile.confidentialWords.formUnion(OpenVPNProfile.confidentialWords(of: argument))
      }
    }
  }

  /// Directives without effect, each once and in order, and the causes.
  struct Ignored {
    /// Further ones are only counted.
    static let maximumCount = 24
    private var names: [String] = []
    private var causes: [OpenVPNDirective.Cause] = []

    /// - Parameter name: nil if it cannot be quoted.
    mutating func add(_ name: String?, _ cause: OpenVPNDirective.Cause) {
      let name = name ?? "unknown directives"
      if !names.contains(name) { names.append(name) }
      if !causes.contains(cause) { causes.append(cause) }
    }

    var notice: String? {
      guard let last = names.last else { return nil }
      let shown: String
      if names.count > Self.maximumCount {
        shown = listed(names, limit: Self.maximumCount)
      } else {
        shown = names.count == 1 ? last : names.dropLast().joined(separator: ", ") + " and " + last
      }
      let verb = names.count == 1 && last != "unknown directives" ? "is" : "are"
      return "the profile's \(shown) \(verb) ignored: " + causes.map(\.rawValue).joined(separator: "; ")
    }
  }
}
