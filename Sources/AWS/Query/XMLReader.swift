internal import CExpat

/// Reads XML into elements, with expat. Refuses anything that an answer of AWS never contains: document types, and with
/// them custom entities, and more depth or elements than any answer has.
enum XMLReader {
  struct Failure: Error, Hashable { var message: String }
  struct Limits {
    /// EC2's deepest answers have about 10.
    var depth = 32
    var elements = 1_000_000
    var bytes = 64 << 20
  }

  static func read(_ bytes: [UInt8], limits: Limits = Limits()) throws(Failure) -> XMLElement {
    guard bytes.count <= limits.bytes, let count = Int32(exactly: bytes.count) else {
      throw Failure(message: "the answer is larger than \(limits.bytes) bytes")
    }
    // UTF-8, whatever the document itself says.
    guard let parser = XML_ParserCreate("UTF-8") else { throw Failure(message: "expat gave no parser") }
    defer { XML_ParserFree(parser) }
    let state = State(parser: parser, limits: limits)
    XML_SetUserData(parser, Unmanaged.passUnretained(state).toOpaque())
    XML_SetElementHandler(
      parser,
      { data, name, _ in State.of(data)?.start(name) },
      { data, _ in State.of(data)?.end() }
    )
    XML_SetCharacterDataHandler(parser) { data, text, length in State.of(data)?.characters(text, length) }
    XML_SetStartDoctypeDeclHandler(parser) { data, _, _, _, _ in State.of(data)?.stop("a document type") }
    let status = withExtendedLifetime(state) {
      bytes.withUnsafeBytes { buffer in
        XML_Parse(parser, buffer.baseAddress?.assumingMemoryBound(to: CChar.self), count, 1)
      }
    }
    if let refused = state.refused { throw Failure(message: "the answer has \(refused)") }
    guard status == XML_STATUS_OK, let root = state.root else {
      let cause = XML_ErrorString(XML_GetErrorCode(parser)).map { String(cString: $0) } ?? "no element"
      throw Failure(message: "the answer is not XML: \(cause) in line \(XML_GetCurrentLineNumber(parser))")
    }
    return root
  }

  /// State that the callbacks share; lives as long as `read`.
  private final class State {
    let parser: XML_Parser
    let limits: Limits
    var open: [XMLElement] = []
    var texts: [[UInt8]] = []
    var root: XMLElement?
    var refused: String?
    var elements = 0

    init(parser: XML_Parser, limits: Limits) {
      self.parser = parser
      self.limits = limits
    }

    static func of(_ data: UnsafeMutableRawPointer?) -> State? {
      data.map { Unmanaged<State>.fromOpaque($0).takeUnretainedValue() }
    }

    func start(_ name: UnsafePointer<CChar>?) {
      elements += 1
      guard open.count < limits.depth else { return stop("elements nested deeper than \(limits.depth)") }
      guard elements <= limits.elements else { return stop("more than \(limits.elements) elements") }
      open.append(XMLElement(name.map { String(cString: $0) } ?? ""))
      texts.append([])
    }

    func end() {
      guard var element = open.popLast(), let text = texts.popLast() else { return }
      // Text between children is indentation.
      if element.children.isEmpty { element.text = String(decoding: text, as: UTF8.self) }
      if open.isEmpty { root = element } else { open[open.count - 1].children.append(element) }
    }

    func characters(_ text: UnsafePointer<CChar>?, _ length: Int32) {
      guard let text, length > 0, !texts.isEmpty else { return }
      text.withMemoryRebound(to: UInt8.self, capacity: Int(length)) {
        texts[texts.count - 1] += UnsafeBufferPointer(start: $0, count: Int(length))
      }
    }

    func stop(_ why: String) {
      if refused == nil { refused = why }
      XML_StopParser(parser, XML_Bool(XML_FALSE))
    }
  }
}
