import Foundations
import HTTPTransport
import HTTPTransportTesting

@testable import AWS

/// EC2 in memory, as strict as EC2 about order and dependencies. It speaks the wire, so the client is tested with it.
final class FakeEC2: Sendable {
  struct State {
    var vpcs: [EC2.VPC] = []
    /// `vpc-1/DnsSupport`.
    var dns: Set<String> = []
    var subnets: [EC2.Subnet] = []
    var gateways: [EC2.InternetGateway] = []
    var addresses: [EC2.Address] = []
    var nats: [EC2.NATGateway] = []
    var tables: [EC2.RouteTable] = []
    var groups: [EC2.SecurityGroup] = []
    var endpoints: [EC2.Endpoint] = []
    var flowLogs: [EC2.FlowLog] = []
    var interfaces: [EC2.NetworkInterface] = []
    /// Services that have interface endpoints, and their zones.
    var services = Dictionary(
      uniqueKeysWithValues: ["ecr.api", "ecr.dkr", "sts"].map {
        ("com.amazonaws.eu-west-1.\($0)", ["eu-west-1a", "eu-west-1b", "eu-west-1c"])
      }
    )
    /// Of a VPC, which nothing else shows.
    var attachments: [EC2.Attachment] = []
    /// Appliances and transit gateways that routes can lead to.
    var nextHops: Set<String> = []
    /// Of what creations were answered with.
    var tokens: [String: String] = [:]
    /// Describes do not show these yet.
    var hidden: Set<String> = []
    /// What is made is hidden until `show`.
    var isSlow = false
    /// Actions that are refused, each with an error code.
    var refusals: [String: String] = [:]
    /// The next NAT gateways fail with these.
    var natFailures: [String] = []
    /// How many more writes are taken before those of `nextRefusals` are refused, with these codes.
    var patience = 0
    var nextRefusals: [String] = []
    /// So many writes that name something hidden are refused, because not all of EC2 knows it yet.
    var ignorance = 0
    var count = 0
    var log: [String] = []

    mutating func next(_ prefix: String) -> String {
      count += 1
      let id = "\(prefix)-\(String(repeating: "0", count: max(0, 4 - String(count).count)))\(count)"
      if isSlow { hidden.insert(id) }
      return id
    }
  }
  struct Refusal: Error {
    var code: String
    var message: String
    init(_ code: String, _ message: String = "as EC2 would") {
      self.code = code
      self.message = message
    }
  }
  private let state = Locked(State())

  func read<Value: Sendable>(_ body: (State) -> Value) -> Value { state.withLock { body($0) } }
  @discardableResult func change<Value: Sendable>(_ body: (inout State) -> Value) -> Value {
    state.withLock { body(&$0) }
  }

  /// Every call so far, by name.
  var log: [String] { read(\.log) }
  var writes: [String] { log.filter { !$0.hasPrefix("Describe") } }
  func forgetLog() { change { $0.log = [] } }

  /// What takes minutes is done.
  func settle() {
    change { state in
      for index in state.nats.indices {
        switch state.nats[index].state {
        case "pending": state.nats[index].state = "available"
        case "deleting":
          state.nats[index].state = "deleted"
          let id = state.nats[index].id
          for at in state.addresses.indices where state.addresses[at].associationID == "on-\(id)" {
            state.addresses[at].associationID = nil
            state.addresses[at].networkInterfaceID = nil
          }
        default: break
        }
      }
      for endpoint in state.endpoints where endpoint.state == "deleting" {
        state.interfaces.removeAll { endpoint.networkInterfaceIDs.contains($0.id) }
      }
      state.endpoints.removeAll { $0.state == "deleting" }
      for index in state.endpoints.indices where state.endpoints[index].state == "pending" {
        state.endpoints[index].state = "available"
      }
      for index in state.vpcs.indices { state.vpcs[index].pendingRanges = [] }
      state.hidden = []
    }
  }

  /// Someone else's call; false: EC2 refuses it.
  func attempt(_ action: String, _ form: [String: String]) -> Bool {
    state.withLock { state in
      do throws(Refusal) {
        _ = try state.answer(Call(action: action, form: form))
        return true
      } catch {
        return false
      }
    }
  }

  var transport: InMemoryTransport {
    InMemoryTransport { [self] request in
      let form = Self.form(request)
      let action = form["Action"] ?? ""
      let result = state.withLock { state -> Result<String, Refusal> in
        state.log.append(action)
        if let code = state.refusals[action] { return .failure(Refusal(code)) }
        if !action.hasPrefix("Describe"), let refusal = state.nextRefusal(form) { return .failure(refusal) }
        do throws(Refusal) { return .success(try state.answer(Call(action: action, form: form))) } catch {
          return .failure(error)
        }
      }
      switch result {
      case .success(let body): return .whole(Self.response("<\(action)Response>\(body)</\(action)Response>", 200))
      case .failure(let refusal):
        let error = "<Error><Code>\(refusal.code)</Code><Message>\(refusal.message)</Message></Error>"
        return .whole(Self.response("<Response><Errors>\(error)</Errors></Response>", 400))
      }
    }
  }

  private static func response(_ text: String, _ status: Int) -> HTTPResponse {
    HTTPResponse(head: HTTPResponseHead(status: status), body: Array(text.utf8))
  }

  private static func form(_ request: HTTPRequest) -> [String: String] {
    var form: [String: String] = [:]
    for pair in String(decoding: request.body ?? [], as: UTF8.self).split(separator: "&") {
      let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map { decoded($0) }
      form[parts[0]] = parts.count > 1 ? parts[1] : ""
    }
    return form
  }

  private static func decoded(_ text: Substring) -> String {
    var bytes: [UInt8] = []
    var rest = Array(text.utf8)[...]
    while let byte = rest.popFirst() {
      guard byte == 0x25, let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16) else {
        bytes.append(byte)
        continue
      }
      bytes.append(value)
      rest.removeFirst(2)
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}

extension FakeEC2.State {
  fileprivate mutating func nextRefusal(_ form: [String: String]) -> FakeEC2.Refusal? {
    if ignorance > 0, let (key, id) = form.first(where: { hidden.contains($0.value) }) {
      ignorance -= 1
      let kind = key.prefix { $0 != "." }.replacing("Id", with: "ID")
      return FakeEC2.Refusal("Invalid\(kind).NotFound", "The ID '\(id)' does not exist")
    }
    guard !nextRefusals.isEmpty else { return nil }
    patience -= 1
    return patience < 0 ? FakeEC2.Refusal(nextRefusals.removeFirst()) : nil
  }
}

/// One request, decoded.
struct Call {
  var action: String
  var form: [String: String]
  subscript(name: String) -> String { form[name] ?? "" }
  func list(_ name: String) -> [String] {
    var items: [String] = []
    while let item = form["\(name).\(items.count + 1)"] { items.append(item) }
    return items
  }
  func tags(_ prefix: String = "TagSpecification.1.Tag") -> [String: String] {
    var tags: [String: String] = [:]
    var index = 1
    while let key = form["\(prefix).\(index).Key"] {
      tags[key] = form["\(prefix).\(index).Value"] ?? ""
      index += 1
    }
    return tags
  }
  var filters: [(name: String, values: [String])] {
    var filters: [(String, [String])] = []
    while let name = form["Filter.\(filters.count + 1).Name"] {
      filters.append((name, list("Filter.\(filters.count + 1).Value")))
    }
    return filters
  }
  /// Descriptions of the rules that have one.
  var notes: [(rule: EC2.Rule, note: String)] {
    rules.enumerated().compactMap { index, rule in
      form["IpPermissions.\(index + 1).IpRanges.1.Description"].map { (rule, $0) }
    }
  }
  var rules: [EC2.Rule] {
    var rules: [EC2.Rule] = []
    while let transport = form["IpPermissions.\(rules.count + 1).IpProtocol"] {
      let name = "IpPermissions.\(rules.count + 1)"
      let peer =
        form["\(name).IpRanges.1.CidrIp"].map { EC2.Rule.Peer.ipv4($0) }
        ?? .group(form["\(name).Groups.1.GroupId"] ?? "?")
      let (from, to) = (form["\(name).FromPort"].flatMap { Int($0) }, form["\(name).ToPort"].flatMap { Int($0) })
      rules.append(EC2.Rule(transport: transport, from: from, to: to, peer: peer))
    }
    return rules
  }
}
