internal import Cloud

/// Parameters of a call in AWS's query protocols: names with dots for structures, counted from 1 for lists.
///
///     var parameters = QueryParameters()
///     parameters["CidrBlock"] = "10.0.0.0/16"                                    // CidrBlock=10.0.0.0%2F16
///     parameters.list("SubnetId", ["subnet-1", "subnet-2"])                      // SubnetId.1=subnet-1&SubnetId.2=…
public struct QueryParameters: Sendable, Hashable {
  private var values: [String: String] = [:]
  public init() {}

  public subscript(name: String) -> String? {
    get { values[name] }
    set { values[name] = newValue }
  }

  /// - Parameter name: the name in EC2's form, mostly singular: `SubnetId`.
  public mutating func list(_ name: String, _ items: [String]) {
    for (index, item) in items.enumerated() { values["\(name).\(index + 1)"] = item }
  }

  /// Encodes each item with a closure that receives `Name.N`.
  public mutating func list<Item>(
    _ name: String,
    _ items: [Item],
    _ encode: (inout QueryParameters, String, Item) -> Void
  ) {
    for (index, item) in items.enumerated() { encode(&self, "\(name).\(index + 1)", item) }
  }

  /// `application/x-www-form-urlencoded`, sorted by name, so that equal calls have equal bodies.
  public var body: [UInt8] {
    Array(PercentEncoding.form(values.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }).utf8)
  }
}
