internal import CYAML

/// libyaml's parser, which turns bytes into events.
struct LibYAMLEvents: ~Copyable {
  /// On the heap, because libyaml keeps pointers into it.
  private let parser: UnsafeMutablePointer<yaml_parser_t>
  private let bytes: UnsafeMutableBufferPointer<UInt8>

  /// One step of a document and the place where it starts (from 0). The anchor is empty if there is none.
  struct Event {
    enum Kind {
      case streamEnd, documentStart, other
      case alias(String)
      case scalar(String, tag: String?, isPlain: Bool, anchor: String?)
      case sequenceStart(anchor: String?)
      case mappingStart(anchor: String?)
      case end
    }
    var kind: Kind
    var line: Int
    var column: Int

    func error(_ message: String) -> YAMLError { YAMLError(message, line: line + 1, column: column + 1) }
  }

  init(_ input: [UInt8]) throws(YAMLError) {
    parser = .allocate(capacity: 1)
    bytes = .allocate(capacity: max(1, input.count))
    guard yaml_parser_initialize(parser) == 1 else {
      parser.deallocate()
      bytes.deallocate()
      throw YAMLError("out of memory")
    }
    _ = bytes.initialize(from: input)
    yaml_parser_set_input_string(parser, bytes.baseAddress, input.count)
    yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING)
  }

  deinit {
    yaml_parser_delete(parser)
    parser.deallocate()
    bytes.deallocate()
  }

  func next() throws(YAMLError) -> Event {
    var event = yaml_event_t()
    guard yaml_parser_parse(parser, &event) == 1 else { throw failure() }
    defer { yaml_event_delete(&event) }
    return Event(kind: kind(event), line: Int(event.start_mark.line), column: Int(event.start_mark.column))
  }

  private func kind(_ event: yaml_event_t) -> Event.Kind {
    switch event.type {
    case YAML_STREAM_END_EVENT: return .streamEnd
    case YAML_DOCUMENT_START_EVENT: return .documentStart
    case YAML_SEQUENCE_END_EVENT, YAML_MAPPING_END_EVENT: return .end
    case YAML_ALIAS_EVENT: return .alias(text(event.data.alias.anchor) ?? "")
    case YAML_SEQUENCE_START_EVENT: return .sequenceStart(anchor: text(event.data.sequence_start.anchor))
    case YAML_MAPPING_START_EVENT: return .mappingStart(anchor: text(event.data.mapping_start.anchor))
    case YAML_SCALAR_EVENT:
      let scalar = event.data.scalar
      return .scalar(
        String(decoding: UnsafeBufferPointer(start: scalar.value, count: scalar.length), as: UTF8.self),
        tag: text(scalar.tag),
        isPlain: scalar.style == YAML_PLAIN_SCALAR_STYLE,
        anchor: text(scalar.anchor)
      )
    default: return .other
    }
  }

  private func text(_ pointer: UnsafeMutablePointer<yaml_char_t>?) -> String? { pointer.map { String(cString: $0) } }

  private func failure() -> YAMLError {
    let problem = parser.pointee.problem.map { String(cString: $0) } ?? "cannot be parsed"
    guard parser.pointee.error == YAML_READER_ERROR else {
      let mark = parser.pointee.problem_mark
      return YAMLError(problem, line: Int(mark.line) + 1, column: Int(mark.column) + 1)
    }
    // The reader knows only the offset of the byte that it cannot read.
    let before = bytes.prefix(Int(parser.pointee.problem_offset))
    let column = before.reversed().prefix { $0 != UInt8(ascii: "\n") }.count
    return YAMLError(problem, line: before.count { $0 == UInt8(ascii: "\n") } + 1, column: column + 1)
  }
}
