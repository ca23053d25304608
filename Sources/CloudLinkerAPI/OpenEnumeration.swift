/// A string of which only certain values are allowed, that still decodes when it holds another: an object written
/// under a newer CRD must not make the whole list unreadable. `validate()` refuses what `allCases` does not hold.
public protocol OpenEnumeration: RawRepresentable, Codable, Sendable, Hashable, CaseIterable, CustomStringConvertible
where RawValue == String, AllCases == [Self] {
  init(rawValue: String)
}

extension OpenEnumeration {
  public var isKnown: Bool { Self.allCases.contains(self) }
  public var description: String { rawValue }
}
