public import Cloud
public import Foundations

/// A long operation, which each mutation returns. Nothing here waits for it: the handle is stored and read again later.
public struct ComputeOperation: Sendable, Hashable {
  /// The path to read it again: `global/operations/o`, `regions/r/operations/o` or `zones/z/operations/o`.
  public struct Handle: Sendable, Hashable, LosslessStringConvertible {
    public var region: String?
    public var zone: String?
    public var name: String
    public init(region: String?, zone: String? = nil, name: String) {
      self.region = region
      self.zone = zone
      self.name = name
    }
    public init?(_ text: String) {
      let parts = text.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
      switch parts.count {
      case 3 where parts[0] == "global" && parts[1] == "operations": self.init(region: nil, name: parts[2])
      case 4 where parts[0] == "regions" && parts[2] == "operations": self.init(region: parts[1], name: parts[3])
      case 4 where parts[0] == "zones" && parts[2] == "operations":
        self.init(region: nil, zone: parts[1], name: parts[3])
      default: return nil
      }
    }
    public var description: String {
      (zone.map { "zones/\($0)" } ?? region.map { "regions/\($0)" } ?? "global") + "/operations/\(name)"
    }
    /// What names of methods begin with.
    var scope: String { zone != nil ? "zone" : region != nil ? "region" : "global" }
    var path: String {
      let encoded = Handle(
        region: region.map { PercentEncoding.encode($0) },
        zone: zone.map { PercentEncoding.encode($0) },
        name: PercentEncoding.encode(name)
      )
      return encoded.description
    }
  }

  public var handle: Handle
  public var isDone: Bool
  /// insert, delete, patch, …
  public var type: String
  /// The numeric id of its target.
  public var targetID: String?
  /// Set if it is done and failed.
  public var error: CloudError?
  public var requestedAt: Timestamp?
  public var endedAt: Timestamp?

  public init(
    handle: Handle,
    isDone: Bool,
    type: String = "",
    targetID: String? = nil,
    error: CloudError? = nil,
    requestedAt: Timestamp? = nil,
    endedAt: Timestamp? = nil
  ) {
    self.handle = handle
    self.isDone = isDone
    self.type = type
    self.targetID = targetID
    self.error = error
    self.requestedAt = requestedAt
    self.endedAt = endedAt
  }
}

/// The fields of the resource `Operation` that are read.
struct OperationBody: Decodable {
  struct Failure: Decodable {
    struct Item: Decodable {
      var code: String?
      var message: String?
    }
    var errors: [Item]?
  }
  var name: String?
  var status: String?
  var operationType: String?
  var targetId: String?
  var insertTime: String?
  var endTime: String?
  var error: Failure?
  var httpErrorStatusCode: Int?

  /// - Parameter region, zone: in which it was started; both nil: global.
  func operation(_ name: String, region: String?, zone: String? = nil) throws(CloudError) -> ComputeOperation {
    guard let own = self.name, !own.isEmpty, let status else {
      throw CloudError(.malformed, operation: name, message: "the answer is no operation", mayHaveBeenProcessed: true)
    }
    let isDone = status == "DONE"
    return ComputeOperation(
      handle: ComputeOperation.Handle(region: region, zone: zone, name: own),
      isDone: isDone,
      type: operationType ?? "",
      targetID: targetId,
      error: isDone ? failure(name) : nil,
      requestedAt: insertTime.flatMap { Timestamp($0) },
      endedAt: isDone ? endTime.flatMap { Timestamp($0) } : nil
    )
  }

  /// Codes of an operation are in the form of constants: `QUOTA_EXCEEDED`, `RESOURCE_IN_USE_BY_ANOTHER_RESOURCE`.
  private func failure(_ name: String) -> CloudError? {
    guard let first = error?.errors?.first ?? (httpErrorStatusCode ?? 0 >= 400 ? Failure.Item() : nil) else {
      return nil
    }
    let code = first.code ?? "HTTP \(httpErrorStatusCode ?? 0)"
    let kind: CloudError.Kind =
      switch code {
      case "RESOURCE_IN_USE_BY_ANOTHER_RESOURCE": .inUse
      case "RESOURCE_NOT_READY", "RESOURCE_OPERATION_RATE_EXCEEDED", "CONDITION_NOT_MET": .conflict
      case "RESOURCE_ALREADY_EXISTS": .alreadyExists
      case "RESOURCE_NOT_FOUND": .notFound
      case "QUOTA_EXCEEDED", "ZONE_RESOURCE_POOL_EXHAUSTED": .quota
      case "PERMISSIONS_ERROR": .forbidden
      default: .failed
      }
    return CloudError(
      kind,
      operation: name,
      code: GoogleErrors.printable(code, limit: 100),
      message: GoogleErrors.printable(first.message ?? "the operation failed without an explanation", limit: 1000)
    )
  }
}
