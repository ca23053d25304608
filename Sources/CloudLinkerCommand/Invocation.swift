/// A parsed command line.
struct Invocation: Equatable, Sendable {
  enum Output: String, CaseIterable, Sendable {
    case text, json
  }
  var command: Command
  /// Objects or words after the command: `vpnc/office`, `bash`.
  var subjects: [String] = []
  /// Nil: the namespace of the kubeconfig's context.
  var namespace: String?
  var allNamespaces = false
  var kubeconfig: String?
  var context: String?
  var output = Output.text
  /// How long a command that waits may take, in seconds.
  var timeout = 60
  var operatorNamespace = "cloudlinker-system"
  var gatewayNamespace = "cloudlinker-gateways"
  var tunnel: String?
  /// The number of lines of each log, from its end.
  var tail = 200
  /// `plan`: whether to leave plan mode, so that the operator carries the plan out.
  var ends = false
  /// `uninstall`, `migrate`: whether to look only. `uninstall` cannot do more.
  var checks = false
  /// `migrate`: the only version that the next CRDs will serve. Nil: they still serve every version.
  var version: String?
  /// `try`: the image of the trial pod; nil: the one that the connection's gateways use.
  var image: String?
  /// `gather`: the folder to create.
  var folder: String?

  /// - Parameter words: without the program's name.
  init(_ words: [String]) throws(CommandLineError) {
    guard let first = words.first else {
      throw CommandLineError("which command? `kubectl cloudlinker help` lists them")
    }
    let name = ["-h", "--help"].contains(first) ? Command.help.rawValue : first
    guard let command = Command(rawValue: name) else {
      let known = Command.allCases.map(\.rawValue).joined(separator: ", ")
      throw CommandLineError("there is no command \(first); there are: \(known)")
    }
    self.command = command
    var rest = words.dropFirst()
    while let word = rest.popFirst() {
      guard word.hasPrefix("-") else {
        subjects.append(word)
        continue
      }
      try take(word, &rest)
    }
    try checkSubjects()
  }

  private mutating func take(_ word: String, _ rest: inout ArraySlice<String>) throws(CommandLineError) {
    var flag = word
    var inline: String?
    if word.hasPrefix("--"), let equals = word.firstIndex(of: "=") {
      flag = String(word[..<equals])
      inline = String(word[word.index(after: equals)...])
    }
    func value() throws(CommandLineError) -> String {
      guard let value = inline ?? rest.popFirst(), !value.isEmpty else {
        throw CommandLineError("\(flag) needs a value")
      }
      return value
    }
    func count() throws(CommandLineError) -> Int {
      let text = try value()
      guard let count = Int(text), count > 0 else {
        throw CommandLineError("\(flag) is a number above 0, not \(text)")
      }
      return count
    }
    switch flag {
    case "-n", "--namespace": namespace = try value()
    case "-A", "--all-namespaces": allNamespaces = true
    case "--kubeconfig": kubeconfig = try value()
    case "--context": context = try value()
    case "-o", "--output":
      let text = try value()
      guard let output = Output(rawValue: text) else { throw CommandLineError("\(flag) is text or json, not \(text)") }
      self.output = output
    case "--timeout": timeout = try count()
    case "--operator-namespace": operatorNamespace = try value()
    case "--gateway-namespace": gatewayNamespace = try value()
    case "--tunnel": tunnel = try value()
    case "--tail": tail = try count()
    case "--folder": folder = try value()
    case "--image": image = try value()
    case "--to": version = try value()
    case "--end": ends = true
    case "--check": checks = true
    case "-h", "--help": command = .help
    default: throw CommandLineError("there is no flag \(flag); `kubectl cloudlinker help` lists them")
    }
  }

  private func checkSubjects() throws(CommandLineError) {
    switch command.subjects {
    case .none where !subjects.isEmpty:
      throw CommandLineError("\(command.rawValue) takes no argument, but there is \(subjects[0])")
    case .one(let what) where subjects.count != 1:
      throw CommandLineError("\(command.rawValue) takes one argument: \(what)")
    default: break
    }
    if command == .uninstall, !checks {
      throw CommandLineError("uninstall only checks and never deletes: say `uninstall --check`")
    }
  }
}
