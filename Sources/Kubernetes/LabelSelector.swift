/// metav1.LabelSelector: all of its requirements must hold. An empty one matches everything.
public struct LabelSelector: Codable, Sendable, Hashable {
  public var matchLabels: [String: String]?
  public var matchExpressions: [Requirement]?

  public struct Requirement: Codable, Sendable, Hashable {
    public var key: String
    /// `In`, `NotIn`, `Exists` or `DoesNotExist`; any other matches nothing.
    public var `operator`: String
    public var values: [String]?
    public init(key: String, operator: String, values: [String]? = nil) {
      self.key = key
      self.operator = `operator`
      self.values = values
    }
  }

  public init(matchLabels: [String: String]? = nil, matchExpressions: [Requirement]? = nil) {
    self.matchLabels = matchLabels
    self.matchExpressions = matchExpressions
  }

  public func matches(_ labels: [String: String]?) -> Bool {
    let labels = labels ?? [:]
    return (matchLabels ?? [:]).allSatisfy { labels[$0.key] == $0.value }
      && (matchExpressions ?? []).allSatisfy { $0.matches(labels) }
  }
}

extension LabelSelector.Requirement {
  /// `NotIn` holds if the label is missing, as in Kubernetes.
  func matches(_ labels: [String: String]) -> Bool {
    let value = labels[key]
    switch `operator` {
    case "In": return value.map { (values ?? []).contains($0) } ?? false
    case "NotIn": return value.map { !(values ?? []).contains($0) } ?? true
    case "Exists": return value != nil
    case "DoesNotExist": return value == nil
    default: return false
    }
  }
}

/// The selector as a query parameter (`labelSelector=`), with requirements in the order of their keys.
extension LabelSelector: CustomStringConvertible {
  public var description: String {
    let labels = (matchLabels ?? [:]).sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
    return (labels + (matchExpressions ?? []).map(\.description)).joined(separator: ",")
  }
}

extension LabelSelector.Requirement: CustomStringConvertible {
  public var description: String {
    let list = (values ?? []).joined(separator: ",")
    switch `operator` {
    case "In": return "\(key) in (\(list))"
    case "NotIn": return "\(key) notin (\(list))"
    case "DoesNotExist": return "!\(key)"
    default: return key
    }
  }
}
