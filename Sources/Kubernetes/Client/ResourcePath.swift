/// URL paths of the API (API concepts, "Resource URIs"). Every segment is percent-encoded.
enum ResourcePath {
  /// The path of a kind's objects in one namespace or in all of them.
  static func collection(
    _ type: ResourceType,
    _ namespace: String?,
    what: @autoclosure () -> String
  ) throws(KubernetesError) -> String {
    let root = root(group: type.group, version: type.version)
    guard type.isNamespaced, let namespace, !namespace.isEmpty else { return "\(root)/\(encode(type.plural))" }
    return "\(root)/namespaces/\(try segment(namespace, what()))/\(encode(type.plural))"
  }

  /// The path of an object. A namespaced object needs its namespace, because without it the path would name something
  /// else.
  static func object(
    _ type: ResourceType,
    _ key: ObjectKey,
    what: @autoclosure () -> String
  ) throws(KubernetesError) -> String {
    if type.isNamespaced, key.namespace.isEmpty {
      throw KubernetesError(.configuration, "\(what()): the namespace is missing")
    }
    return "\(try collection(type, key.namespace, what: what()))/\(try segment(key.name, what()))"
  }

  static func root(group: String, version: String) -> String {
    group.isEmpty ? "/api/\(encode(version))" : "/apis/\(encode(group))/\(encode(version))"
  }

  /// Names come from users' references. The server decodes a path before it splits it, so that `a/../b`, however it is
  /// encoded, would lead out of its namespace (apimachinery, IsValidPathSegmentName).
  private static func segment(_ name: String, _ what: String) throws(KubernetesError) -> String {
    guard !name.isEmpty, name != ".", name != "..", !name.utf8.contains(where: { "/%".utf8.contains($0) }) else {
      throw KubernetesError(.configuration, "\(what): the name is empty, \".\", \"..\" or contains / or %")
    }
    return encode(name)
  }

  /// Encodes everything except the unreserved characters of RFC 3986 §2.3.
  static func encode(_ text: String) -> String {
    let digits = Array("0123456789ABCDEF".utf8)
    var out: [UInt8] = []
    for byte in text.utf8 {
      switch byte {
      case 0x30...0x39, 0x41...0x5a, 0x61...0x7a, 0x2d, 0x2e, 0x5f, 0x7e: out.append(byte)
      default: out += [0x25, digits[Int(byte >> 4)], digits[Int(byte & 15)]]
      }
    }
    return String(decoding: out, as: UTF8.self)
  }
}

/// Query parameters in order, without those that are nil.
struct Query {
  private var items: [(String, String)] = []
  init(_ scope: Scope) {
    self["labelSelector"] = scope.labelSelector
    self["fieldSelector"] = scope.fieldSelector
  }
  subscript(name: String) -> String? {
    get { items.first { $0.0 == name }?.1 }
    set {
      items.removeAll { $0.0 == name }
      if let newValue { items.append((name, newValue)) }
    }
  }
  var text: String {
    guard !items.isEmpty else { return "" }
    return "?" + items.map { "\(ResourcePath.encode($0.0))=\(ResourcePath.encode($0.1))" }.joined(separator: "&")
  }
}
