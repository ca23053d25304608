/// A string of which only certain values are allowed, but which decodes with any value: one object written under a
/// newer CRD must not make the whole list unreadable. `validate()` refuses values outside `allCases`.
public protocol OpenEnumeration: RawRepresentable, Codable, Sendable, Hashable, CaseIterable, CustomStringConvertible
where RawValue == String, AllCases == [Self] {
  init(rawValue: String)
}

extension OpenEnumeration {
  public var isKnown: Bool { Self.allCases.contains(self) }
  public var description: String { rawValue }
}
