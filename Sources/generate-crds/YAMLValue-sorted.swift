internal import Foundations
internal import Kubernetes
internal import YAML

extension YAMLValue {
  /// The same value with the keys of every object in alphabetical order, so that the output does not change by itself.
  init(sorting value: JSONValue) {
    switch value {
    case .null: self = .null
    case .bool(let value): self = .bool(value)
    case .int(let value): self = .int(value)
    case .double(let value): self = .double(value)
    case .string(let value): self = .string(value)
    case .array(let items): self = .array(items.map(YAMLValue.init(sorting:)))
    case .object(let fields):
      self = .object(fields.sorted { $0.key < $1.key }.map { Member($0.key, YAMLValue(sorting: $0.value)) })
    }
  }
}
