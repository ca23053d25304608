/// `HOST:PORT`, where the host is a Service as pods name it: `vpn`, `vpn.production`,
/// `vpn.production.svc.cluster.local`.
struct TrialAddress: Equatable {
  var host: String
  var port: Int
  var service: String
  var namespace: String
  var text: String { "\(host):\(port)" }

  /// - Parameter namespace: the namespace of the workload.
  init(_ text: String, from namespace: String) throws(CommandLineError) {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
    guard parts.count == 2, let port = Int(parts[1]), (1...65_535).contains(port) else {
      throw CommandLineError("\(text) is no HOST:PORT; say, for example, vpn:33000")
    }
    let labels = parts[0].split(separator: ".", omittingEmptySubsequences: false).map(String.init)
    let isName = labels.allSatisfy { label in
      !label.isEmpty && label.utf8.allSatisfy { (0x61...0x7a).contains($0) || (0x30...0x39).contains($0) || $0 == 0x2d }
    }
    guard isName, labels.count < 3 || labels[2] == "svc", Int(labels[0]) == nil else {
      throw CommandLineError("\(parts[0]) is no name of a Service; say, for example, vpn or vpn.production")
    }
    self.port = port
    host = parts[0]
    service = labels[0]
    self.namespace = labels.count > 1 ? labels[1] : namespace
  }
}
