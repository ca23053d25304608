/// Which lists of objects are maps by some of their fields (`listType=map`), so that elements which others added beside
/// ours are no difference. Every other list is atomic: compared whole, element by element.
///
/// From the `x-kubernetes-list-map-keys` of the built-in kinds; a controller adds those of its own.
public struct MergeKeys: Sendable {
  struct Rule: Sendable {
    /// The last names of the path, lists' elements left out: `containers`, `ports`.
    var path: [String]
    var keys: [String]
    /// What the server fills in where a key is missing.
    var defaults: [String: JSONScalar]
  }
  /// A key's default.
  public enum JSONScalar: Sendable, Hashable { case string(String), int(Int64) }

  private var rules: [String: [Rule]] = [:]

  private init() {}

  /// Adds a list.
  /// - Parameters:
  ///   - path: as many of the last names of its path as make it unique, such as `containers.ports`.
  ///   - keys: the fields that together tell its elements apart.
  public mutating func add(_ path: String, by keys: [String], defaults: [String: JSONScalar] = [:]) {
    let names = path.split(separator: ".").map(String.init)
    guard let last = names.last, !keys.isEmpty else { return }
    rules[last, default: []].append(Rule(path: names, keys: keys, defaults: defaults))
  }

  func rule(_ path: [String]) -> Rule? {
    guard let last = path.last, let candidates = rules[last] else { return nil }
    // The longest path says most about where the list is.
    return candidates.filter { path.suffix($0.path.count).elementsEqual($0.path) }.max { $0.path.count < $1.path.count }
  }

  public static let builtIn: MergeKeys = {
    var keys = MergeKeys()
    let tcp: [String: JSONScalar] = ["protocol": .string("TCP")]
    for kind in ["containers", "initContainers", "ephemeralContainers"] {
      keys.add(kind, by: ["name"])
      keys.add("\(kind).env", by: ["name"])
      keys.add("\(kind).volumeMounts", by: ["mountPath"])
      keys.add("\(kind).volumeDevices", by: ["devicePath"])
      keys.add("\(kind).ports", by: ["containerPort", "protocol"], defaults: tcp)
    }
    keys.add("spec.volumes", by: ["name"])
    keys.add("spec.imagePullSecrets", by: ["name"])
    keys.add("spec.hostAliases", by: ["ip"])
    keys.add("spec.topologySpreadConstraints", by: ["topologyKey", "whenUnsatisfiable"])
    keys.add("spec.ports", by: ["port", "protocol"], defaults: tcp)
    keys.add("metadata.ownerReferences", by: ["uid"])
    keys.add("status.conditions", by: ["type"])
    keys.add("imagePullSecrets", by: ["name"])
    return keys
  }()
}
