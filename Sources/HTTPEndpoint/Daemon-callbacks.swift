internal import CMicroHTTPD
internal import Foundations
internal import Glibc

/// Libmicrohttpd calls these on its own thread. For a request: once with the head, once for each piece of the body,
/// once when it is whole, and once more after a resume.
extension Daemon {
  private static let yes = MHD_Result.YES
  private static let no = MHD_Result.NO

  static let handleAccess: MHD_AccessHandlerCallback = { context, connection, url, method, _, data, size, slot in
    guard let context, let connection, let url, let method, let size, let slot else { return no }
    let core = Unmanaged<ServerCore>.fromOpaque(context).takeUnretainedValue()
    guard let own = slot.pointee else {
      slot.pointee = Unmanaged.passRetained(Exchange(connection: connection, core: core)).toOpaque()
      core.began()
      let announced = value(of: "Content-Length", connection).flatMap { Int($0) } ?? 0
      return announced > core.maxBodyBytes ? send(tooLarge, on: connection, closing: true) : yes
    }
    let exchange = Unmanaged<Exchange>.fromOpaque(own).takeUnretainedValue()
    if size.pointee > 0, let data {
      defer { size.pointee = 0 }
      return take(UnsafeRawBufferPointer(start: data, count: size.pointee), exchange, core) ? yes : no
    }
    if exchange.dropped > 0 { return send(tooLarge, on: connection, closing: true) }
    if let response = exchange.response {
      core.connections.withLock { $0.sending(cmicrohttpd_socket(connection), now: monotonicMilliseconds()) }
      return send(response, on: connection, closing: core.closesConnections)
    }
    guard !exchange.isDispatched else { return yes }
    core.connections.withLock { $0.handling(cmicrohttpd_socket(connection)) }
    exchange.dispatch(
      EndpointRequest(
        method: String(cString: method),
        path: String(cString: url),
        query: values(of: .GET_ARGUMENT_KIND, connection, lowercased: false),
        headers: values(of: .HEADER_KIND, connection, lowercased: true),
        body: exchange.body
      )
    )
    return yes
  }

  static let handleCompletion: MHD_RequestCompletedCallback = { context, connection, slot, _ in
    guard let context, let slot, let own = slot.pointee else { return }
    slot.pointee = nil
    Unmanaged<Exchange>.fromOpaque(own).release()
    let core = Unmanaged<ServerCore>.fromOpaque(context).takeUnretainedValue()
    core.completed()
    guard let connection else { return }
    core.connections.withLock { $0.receiving(cmicrohttpd_socket(connection), now: monotonicMilliseconds()) }
  }

  /// A connection was accepted, or is about to be closed. To have another one closed, this ends that one's stream,
  /// which libmicrohttpd notices.
  static let handleConnection: MHD_NotifyConnectionCallback = { context, connection, _, code in
    guard let context, let connection else { return }
    let core = Unmanaged<ServerCore>.fromOpaque(context).takeUnretainedValue()
    let socket = cmicrohttpd_socket(connection)
    guard code == .CONNECTION_NOTIFY_STARTED else { return core.connections.withLock { $0.closed(socket) } }
    var address = [UInt8](repeating: 0, count: 16)
    let length = cmicrohttpd_address(connection, &address)
    let cut = core.connections.withLock {
      $0.opened(socket, from: Array(address.prefix(length)), now: monotonicMilliseconds())
    }
    for socket in cut { shutdown(socket, Int32(SHUT_RDWR)) }
  }

  private static func monotonicMilliseconds() -> Int64 {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000
  }

  private static let tooLarge = EndpointResponse(413, text: "body too large\n")

  /// False: the client keeps sending a body that nobody wants, and is disconnected.
  private static func take(_ bytes: UnsafeRawBufferPointer, _ exchange: Exchange, _ core: ServerCore) -> Bool {
    if exchange.dropped == 0, exchange.body.count + bytes.count <= core.maxBodyBytes {
      exchange.body.append(contentsOf: bytes)
      return true
    }
    exchange.body = []
    exchange.dropped += bytes.count
    return exchange.dropped <= 1 << 20
  }

  private static func send(_ response: EndpointResponse, on connection: OpaquePointer, closing: Bool) -> MHD_Result {
    let created = response.body.withUnsafeBytes { cmicrohttpd_response($0.baseAddress, $0.count) }
    guard let created else { return no }
    defer { MHD_destroy_response(created) }
    for (name, value) in response.headers { MHD_add_response_header(created, name, value) }
    if closing { MHD_add_response_header(created, "Connection", "close") }
    return MHD_queue_response(connection, UInt32(clamping: response.status), created)
  }

  private static func value(of name: String, _ connection: OpaquePointer) -> String? {
    MHD_lookup_connection_value(connection, .HEADER_KIND, name).map { String(cString: $0) }
  }

  private final class Pairs {
    var values: [String: String] = [:]
    let lowercased: Bool
    init(lowercased: Bool) { self.lowercased = lowercased }
  }

  private static func values(
    of kind: MHD_ValueKind,
    _ connection: OpaquePointer,
    lowercased: Bool
  ) -> [String: String] {
    let pairs = Pairs(lowercased: lowercased)
    withExtendedLifetime(pairs) {
      _ = MHD_get_connection_values(
        connection,
        kind,
        { context, _, name, value in
          guard let context, let name else { return Daemon.yes }
          let pairs = Unmanaged<Pairs>.fromOpaque(context).takeUnretainedValue()
          let key = pairs.lowercased ? String(cString: name).lowercased() : String(cString: name)
          if pairs.values[key] == nil { pairs.values[key] = value.map { String(cString: $0) } ?? "" }
          return Daemon.yes
        },
        Unmanaged.passUnretained(pairs).toOpaque()
      )
    }
    return pairs.values
  }
}
