public import Foundations
public import Kubernetes

/// The definition of a kind, as `kubectl apply -f crds/` installs it (apiextensions.k8s.io/v1).
public struct CustomResourceDefinition: Sendable, Hashable {
  public var resourceType: ResourceType
  public var singular: String
  public var shortNames: [String]
  public var columns: [Column]
  public var schema: Schema

  /// Every kind of this version of the operator, in the order in which users meet them.
  public static let all = [
    Backbone.definition, PrivateCluster.definition, VPNConnection.definition, PortForward.definition,
  ]

  /// A column of `kubectl get`.
  public struct Column: Sendable, Hashable {
    public var name: String
    public var type: String
    public var path: String
    public var description: String
    /// 0: always; 1: with `-o wide`.
    public var priority: Int
    init(_ name: String, _ path: String, _ description: String, type: String = "string", priority: Int = 0) {
      self.name = name
      self.type = type
      self.path = path
      self.description = description
      self.priority = priority
    }
    static let age = Column("Age", ".metadata.creationTimestamp", "Time since it was created.", type: "date")

    /// - Parameter description: what Ready means for the kind.
    static func ready(_ description: String) -> Column { Column("Ready", "\(readyCondition).status", description) }
    static let reason = Column("Reason", "\(readyCondition).reason", "Why it is ready or not.")
    static let message = Column("Message", "\(readyCondition).message", "What to do.", priority: 1)
    private static let readyCondition = #".status.conditions[?(@.type=="Ready")]"#

    var json: JSONValue {
      var fields: [String: JSONValue] = [
        "name": .string(name), "type": .string(type), "jsonPath": .string(path), "description": .string(description),
      ]
      if priority > 0 { fields["priority"] = .int(Int64(priority)) }
      return .object(fields)
    }
  }

  /// `vpnconnections.cloudlinker.dev`.
  public var name: String { "\(resourceType.plural).\(resourceType.group)" }

  public var json: JSONValue { json(serving: CloudLinker.servedVersions) }

  /// - Parameter versions: the versions that are served, among them that of `resourceType`, which is stored.
  public func json(serving versions: [String]) -> JSONValue {
    [
      "apiVersion": "apiextensions.k8s.io/v1",
      "kind": "CustomResourceDefinition",
      "metadata": ["name": .string(name)],
      "spec": [
        "group": .string(resourceType.group),
        "scope": resourceType.isNamespaced ? "Namespaced" : "Cluster",
        "names": [
          "kind": .string(resourceType.kind),
          "listKind": .string("\(resourceType.kind)List"),
          "plural": .string(resourceType.plural),
          "singular": .string(singular),
          "shortNames": .array(shortNames.map(JSONValue.string)),
          "categories": [.string(CloudLinker.category)],
        ],
        // The versions differ in name only, so the API server converts by writing the other name.
        "conversion": ["strategy": "None"],
        "versions": .array(versions.map(version)),
      ],
    ]
  }

  private func version(_ name: String) -> JSONValue {
    [
      "name": .string(name),
      "served": true,
      "storage": .bool(name == resourceType.version),
      "subresources": ["status": [:]],
      "additionalPrinterColumns": .array(columns.map(\.json)),
      "schema": ["openAPIV3Schema": schema.json],
    ]
  }
}
