internal import FoundationEssentials
internal import Foundations
internal import Kubernetes

/// As much of RFC 6902 as controllers use: members of objects, elements of arrays and `-`.
enum JSONPatch {
  static func apply<Object: Resource>(
    _ operations: [JSONPatchOperation],
    to object: Object
  ) throws(KubernetesError) -> Object {
    do {
      var tree = try JSONDecoder().decode(JSONValue.self, from: JSONEncoder().encode(object))
      for operation in operations {
        let path = operation.path.split(separator: "/").map { step in
          String(step).replacing("~1", with: "/").replacing("~0", with: "~")
        }
        try change(&tree, path[...], operation)
      }
      return try JSONDecoder().decode(Object.self, from: JSONEncoder().encode(tree))
    } catch {
      throw KubernetesError(.invalid, status: 422, "the patch does not apply: \(error)")
    }
  }

  /// `old` with the status of `new`.
  static func status<Object: Resource>(of new: Object, on old: Object) throws(KubernetesError) -> Object {
    do {
      let encoder = JSONEncoder()
      let decoder = JSONDecoder()
      let status = try decoder.decode([String: JSONValue].self, from: encoder.encode(new))["status"]
      var tree = try decoder.decode([String: JSONValue].self, from: encoder.encode(old))
      tree["status"] = status
      return try decoder.decode(Object.self, from: encoder.encode(tree))
    } catch {
      throw KubernetesError(.invalid, status: 422, "no object: \(error)")
    }
  }

  /// What of `object` another type of its kind holds.
  static func view<Object: Resource>(of object: some Resource) -> Object? {
    try? JSONDecoder().decode(Object.self, from: JSONEncoder().encode(object))
  }

  private struct Refusal: Error {}

  private static func change(
    _ tree: inout JSONValue,
    _ path: ArraySlice<String>,
    _ operation: JSONPatchOperation
  ) throws {
    guard let step = path.first else { throw Refusal() }
    let isLast = path.count == 1
    switch tree {
    case .object(var members):
      if isLast {
        if operation.op == "test" {
          guard members[step] == operation.value else { throw Refusal() }
        } else if operation.op != "add", members[step] == nil {
          throw Refusal()
        } else {
          members[step] = operation.op == "remove" ? nil : operation.value
        }
      } else {
        guard var next = members[step] else { throw Refusal() }
        try change(&next, path.dropFirst(), operation)
        members[step] = next
      }
      tree = .object(members)
    case .array(var elements):
      guard isLast, let index = step == "-" ? elements.count : Int(step) else { throw Refusal() }
      switch operation.op {
      case "add" where index <= elements.count: elements.insert(operation.value ?? .null, at: index)
      case "remove" where index < elements.count: elements.remove(at: index)
      case "test" where index < elements.count && elements[index] == operation.value: break
      default: throw Refusal()
      }
      tree = .array(elements)
    default: throw Refusal()
    }
  }
}
