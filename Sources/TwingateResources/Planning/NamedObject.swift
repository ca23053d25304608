/// Finds an object that a spec gives by name or id.
enum NamedObject {
  enum Finding: Equatable {
    case found(String)
    case ambiguous([String])
    /// With the five nearest names.
    case absent([String])
  }

  /// Searches by name first, because no name looks like an id.
  static func find(_ name: String, among candidates: [(id: String, name: String)]) -> Finding {
    let named = candidates.filter { $0.name == name }.map(\.id)
    if named.count == 1 { return .found(named[0]) }
    if named.count > 1 { return .ambiguous(named.sorted()) }
    if candidates.contains(where: { $0.id == name }) { return .found(name) }
    return .absent(nearest(to: name, among: Set(candidates.map(\.name))))
  }

  static func nearest(to name: String, among names: Set<String>) -> [String] {
    names.map { (distance: distance(name.lowercased(), $0.lowercased()), name: $0) }
      .sorted { ($0.distance, $0.name) < ($1.distance, $1.name) }.prefix(5).map(\.name)
  }

  /// The number of inserted, removed or replaced characters (Levenshtein, 1966).
  private static func distance(_ left: String, _ right: String) -> Int {
    let right = Array(right)
    var row = Array(0...right.count)
    for (i, character) in left.enumerated() {
      var diagonal = row[0]
      row[0] = i + 1
      for j in right.indices {
        let cost = min(diagonal + (character == right[j] ? 0 : 1), row[j] + 1, row[j + 1] + 1)
        diagonal = row[j + 1]
        row[j + 1] = cost
      }
    }
    return row[right.count]
  }
}
