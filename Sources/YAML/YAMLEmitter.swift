internal import CYAML

/// Writes trees with libyaml's emitter, which knows when a scalar must be quoted or escaped.
struct YAMLEmitter: ~Copyable {
  private final class Output {
    var bytes: [UInt8] = []
  }
  /// Prose is folded at this column.
  private static let width = 110

  private let emitter: UnsafeMutablePointer<yaml_emitter_t>
  private let output = Output()

  static func write(_ documents: [YAMLValue]) throws(YAMLError) -> String {
    let writer = try YAMLEmitter()
    try writer.emit { yaml_stream_start_event_initialize(&$0, YAML_UTF8_ENCODING) }
    for document in documents {
      let isOnly: Int32 = documents.count > 1 ? 0 : 1
      try writer.emit { yaml_document_start_event_initialize(&$0, nil, nil, nil, isOnly) }
      try writer.write(document)
      try writer.emit { yaml_document_end_event_initialize(&$0, 1) }
    }
    try writer.emit { yaml_stream_end_event_initialize(&$0) }
    yaml_emitter_flush(writer.emitter)
    return String(decoding: writer.output.bytes, as: UTF8.self)
  }

  private init() throws(YAMLError) {
    emitter = .allocate(capacity: 1)
    guard yaml_emitter_initialize(emitter) == 1 else {
      emitter.deallocate()
      throw YAMLError("out of memory")
    }
    yaml_emitter_set_output(
      emitter,
      { context, bytes, count in
        guard let context else { return 0 }
        let output = Unmanaged<Output>.fromOpaque(context).takeUnretainedValue()
        output.bytes.append(contentsOf: UnsafeBufferPointer(start: bytes, count: count))
        return 1
      },
      Unmanaged.passUnretained(output).toOpaque()
    )
    yaml_emitter_set_unicode(emitter, 1)
    yaml_emitter_set_width(emitter, Int32(Self.width))
    yaml_emitter_set_indent(emitter, 2)
  }

  deinit {
    yaml_emitter_delete(emitter)
    emitter.deallocate()
  }

  private func write(_ value: YAMLValue) throws(YAMLError) {
    switch value {
    case .null: try plain("null")
    case .bool(let value): try plain("\(value)")
    case .int(let value): try plain("\(value)")
    case .double(let value):
      try plain(value.isNaN ? ".nan" : value.isFinite ? "\(value)" : value < 0 ? "-.inf" : ".inf")
    case .string(let value): try scalar(value, Self.style(of: value))
    case .array(let items):
      let style = items.isEmpty ? YAML_FLOW_SEQUENCE_STYLE : YAML_BLOCK_SEQUENCE_STYLE
      try emit { yaml_sequence_start_event_initialize(&$0, nil, nil, 1, style) }
      for item in items { try write(item) }
      try emit { yaml_sequence_end_event_initialize(&$0) }
    case .object(let members):
      let style = members.isEmpty ? YAML_FLOW_MAPPING_STYLE : YAML_BLOCK_MAPPING_STYLE
      try emit { yaml_mapping_start_event_initialize(&$0, nil, nil, 1, style) }
      for member in members {
        try scalar(
          member.key,
          Self.looksLikeAnother(member.key) ? YAML_DOUBLE_QUOTED_SCALAR_STYLE : YAML_PLAIN_SCALAR_STYLE
        )
        try write(member.value)
      }
      try emit { yaml_mapping_end_event_initialize(&$0) }
    }
  }

  /// The requested style; libyaml uses quotes instead if the plain text would not read back as the same.
  private static func style(of text: String) -> yaml_scalar_style_t {
    if looksLikeAnother(text) { return YAML_DOUBLE_QUOTED_SCALAR_STYLE }
    if text.utf8.contains(UInt8(ascii: "\n")) { return YAML_LITERAL_SCALAR_STYLE }
    return text.utf8.count > width / 2 && text.contains(" ") && !text.contains("  ")
      ? YAML_FOLDED_SCALAR_STYLE : YAML_PLAIN_SCALAR_STYLE
  }

  /// Whether a parser would read the bare text as a number, a boolean, null, or (some do) as a time or in base 60.
  private static func looksLikeAnother(_ text: String) -> Bool {
    if text == "<<" || text == "=" { return true }
    guard case .string = YAMLScalar.resolve(text) else { return true }
    guard let first = text.utf8.first else { return true }
    let isNumeric = (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(first) || "+-.".utf8.contains(first)
    return isNumeric && text.utf8.allSatisfy { (0x2b...0x3a).contains($0) || "_eExXoOTtZ ".utf8.contains($0) }
  }

  private func plain(_ text: String) throws(YAMLError) { try scalar(text, YAML_PLAIN_SCALAR_STYLE) }

  private func scalar(_ text: String, _ style: yaml_scalar_style_t) throws(YAMLError) {
    guard let length = Int32(exactly: text.utf8.count) else { throw YAMLError("a string is longer than 2 GiB") }
    var bytes = Array(text.utf8)
    if bytes.isEmpty { bytes = [0] }
    try emit { yaml_scalar_event_initialize(&$0, nil, nil, bytes, length, 1, 1, style) }
  }

  private func emit(_ make: (inout yaml_event_t) -> Int32) throws(YAMLError) {
    var event = yaml_event_t()
    guard make(&event) == 1, yaml_emitter_emit(emitter, &event) == 1 else {
      throw YAMLError(emitter.pointee.problem.map { String(cString: $0) } ?? "text is not UTF-8")
    }
  }
}
