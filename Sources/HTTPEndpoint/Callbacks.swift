internal import CMicroHTTPD

// Called on libmicrohttpd's thread, several times for one request: first to announce it, then with pieces of its body,
// then to have it answered, and again after it was resumed.

let onRequest: MHD_AccessHandlerCallback = { context, connection, url, method, _, _, uploadSize, slot in
  guard let context, let connection, let slot, let url, let method else { return MHD_Result.NO }
  let register = Unmanaged<ExchangeRegister>.fromOpaque(context).takeUnretainedValue()
  guard let opaque = slot.pointee else {
    slot.pointee = Unmanaged.passRetained(Exchange()).toOpaque()
    return MHD_Result.YES
  }
  let exchange = Unmanaged<Exchange>.fromOpaque(opaque).takeUnretainedValue()
  if let uploadSize, uploadSize.pointee > 0 {
    uploadSize.pointee = 0
    exchange.set(EndpointResponse(413, text: "no bodies here\n"))
    return MHD_Result.YES
  }
  if let answer = exchange.answer { return reply(connection, answer, closing: register.isClosing) }
  guard exchange.start() else { return MHD_Result.YES }
  let verb = String(cString: method)
  guard verb == "GET" || verb == "HEAD" else {
    return reply(connection, EndpointResponse(405, headers: [("Allow", "GET, HEAD")]), closing: true)
  }
  guard register.begin(exchange) else { return reply(connection, EndpointResponse(503), closing: true) }
  let request = EndpointRequest(
    method: verb,
    path: String(cString: url),
    query: values(connection, .GET_ARGUMENT_KIND, lowercased: false),
    headers: values(connection, .HEADER_KIND, lowercased: true)
  )
  MHD_suspend_connection(connection)
  let suspended = SuspendedConnection(connection: connection)
  exchange.keep(
    Task {
      exchange.set(await register.handle(request))
      suspended.resume()
      register.end(exchange)
    }
  )
  return MHD_Result.YES
}

let onCompleted: MHD_RequestCompletedCallback = { _, _, slot, _ in
  guard let slot, let opaque = slot.pointee else { return }
  Unmanaged<Exchange>.fromOpaque(opaque).release()
  slot.pointee = nil
}

private func reply(_ connection: OpaquePointer, _ answer: EndpointResponse, closing: Bool) -> MHD_Result {
  let response = answer.body.withUnsafeBytes { bytes in
    // MHD_RESPMEM_MUST_COPY does not write to the buffer, whatever its type says.
    MHD_create_response_from_buffer(
      bytes.count,
      UnsafeMutableRawPointer(mutating: bytes.baseAddress),
      .RESPMEM_MUST_COPY
    )
  }
  guard let response else { return MHD_Result.NO }
  defer { MHD_destroy_response(response) }
  for (name, value) in answer.headers { MHD_add_response_header(response, name, value) }
  if closing { MHD_add_response_header(response, "Connection", "close") }
  return MHD_queue_response(connection, UInt32(clamping: answer.status), response)
}

/// Collects headers or query parameters; names in lower case where case does not matter.
private func values(_ connection: OpaquePointer, _ kind: MHD_ValueKind, lowercased: Bool) -> [String: String] {
  final class Box {
    var values: [String: String] = [:]
    let lowercased: Bool
    init(lowercased: Bool) { self.lowercased = lowercased }
  }
  let box = Box(lowercased: lowercased)
  MHD_get_connection_values(
    connection,
    kind,
    { context, _, name, value in
      guard let context, let name else { return MHD_Result.YES }
      let box = Unmanaged<Box>.fromOpaque(context).takeUnretainedValue()
      let key = box.lowercased ? String(cString: name).lowercased() : String(cString: name)
      if box.values[key] == nil { box.values[key] = value.map { String(cString: $0) } ?? "" }
      return MHD_Result.YES
    },
    Unmanaged.passUnretained(box).toOpaque()
  )
  return box.values
}
