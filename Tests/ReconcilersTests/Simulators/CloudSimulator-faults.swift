import CloudLinkerAPI
import FoundationEssentials
import Foundations
import SimulatorSupport

extension CloudSimulator {
  /// Names of what was asked for, without tokens.
  func operations(after count: Int = 0) async throws -> [String] {
    try await exchanges(after: count).compactMap(\.operation).filter { !isCredential($0) }
  }

  func isCredential(_ operation: String) -> Bool { operation.hasPrefix("tokens:") || operation.hasPrefix("sts:") }

  func isRead(_ operation: String) -> Bool {
    operation.hasPrefix("ec2:Describe")
      || ["/read", ".get", ".list", ".aggregatedList"].contains { operation.hasSuffix($0) }
  }

  func isDeletion(_ operation: String) -> Bool {
    ["ec2:Delete", "ec2:Release", "ec2:Detach", "ec2:Disassociate"].contains { operation.hasPrefix($0) }
      || [".delete", "/delete"].contains { operation.hasSuffix($0) }
  }

  /// A pattern for every operation but those that give tokens.
  var anything: JSONValue {
    switch provider {
    case .gcp: "compute.*"
    case .azure: "Microsoft.*"
    default: "ec2:*"
    }
  }

  /// A pattern for those that do.
  var credentials: JSONValue { provider == .aws ? "sts:*" : "tokens:*" }

  /// How the vendor says that there were too many requests.
  var throttles: [[String: JSONValue]] {
    switch provider {
    case .gcp:
      [["status": 403, "code": "rateLimitExceeded"], ["status": 429, "code": "rateLimitExceeded"]]
    case .azure:
      [
        ["status": 429, "code": "SubscriptionRequestsThrottled", "retryAfter": 17],
        ["status": 429, "code": "TooManyRequests", "retryAfter": 5],
      ]
    default:
      [["status": 503, "code": "RequestLimitExceeded"], ["status": 400, "code": "Throttling"]]
    }
  }

  /// How the vendor says that another writer was faster, or that another change is under way.
  var conflicts: [[String: JSONValue]] {
    switch provider {
    case .gcp: [["status": 412, "code": "conditionNotMet"], ["status": 400, "code": "resourceNotReady"]]
    case .azure:
      [["status": 412, "code": "PreconditionFailed"], ["status": 409, "code": "AnotherOperationInProgress"]]
    default: [["status": 400, "code": "IncorrectState"], ["status": 400, "code": "OperationInProgress"]]
    }
  }

  /// A pattern for what carries out a rule that the spec has more.
  var firewallWrites: JSONValue {
    switch provider {
    case .gcp: "compute.firewalls.[ip]*"
    case .azure: "Microsoft.Network/networkSecurityGroups/write"
    default: "ec2:AuthorizeSecurityGroupEgress"
    }
  }

  /// The next requests of that operation meet it; see docs/clouds.md.
  func meet(_ fault: [String: JSONValue], _ operation: JSONValue? = nil, skip: Int = 0, times: Int = 1) async throws {
    var fault = fault
    fault["operation"] = operation ?? anything
    fault["skip"] = .int(Int64(skip))
    fault["times"] = .int(Int64(times))
    try await control("POST", "faults", .object(fault))
  }

  func calm() async throws { try await control("POST", "faults", []) }

  func set(_ settings: JSONValue) async throws { try await control("POST", "settings", settings) }

  /// What is not as it was, in words. (A whole cloud is too much to read.)
  func differences(from before: [String: JSONValue]) async throws -> [String] {
    let now = try await objects()
    return Set(before.keys).union(now.keys).sorted().compactMap { id in
      if before[id] == now[id] { return nil }
      guard let old = before[id] else { return "\(id) is new" }
      guard let new = now[id] else { return "\(id) is gone" }
      return "\(id) was \(old) and is \(new)"
    }
  }

  /// - Returns: how many faults are not met yet.
  func waitingFaults() async throws -> Int {
    try JSONDecoder().decode([JSONValue].self, from: Data(try await control("GET", "faults"))).count
  }
}
