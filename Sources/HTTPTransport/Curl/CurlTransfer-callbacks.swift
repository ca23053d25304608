internal import CCurl

extension CurlTransfer {
  /// The loop keeps the transfer alive as long as libcurl holds this pointer.
  private static func at(_ context: UnsafeMutableRawPointer?) -> CurlTransfer? {
    context.map { Unmanaged<CurlTransfer>.fromOpaque($0).takeUnretainedValue() }
  }

  /// The transfer of a handle that libcurl reports about.
  static func of(_ easy: UnsafeMutableRawPointer) -> CurlTransfer? {
    var context: UnsafeMutableRawPointer?
    ccurl_get_pointer(easy, CURLINFO_PRIVATE, &context)
    return at(context)
  }

  func setCallbacks() {
    let context = Unmanaged.passUnretained(self).toOpaque()
    ccurl_set_pointer(easy, CURLOPT_PRIVATE, context)
    ccurl_set_pointer(easy, CURLOPT_WRITEDATA, context)
    ccurl_set_pointer(easy, CURLOPT_HEADERDATA, context)
    ccurl_set_pointer(easy, CURLOPT_READDATA, context)
    ccurl_set_pointer(easy, CURLOPT_SEEKDATA, context)
    ccurl_set_data_callback(easy, CURLOPT_WRITEFUNCTION) { data, size, count, context in
      guard let transfer = CurlTransfer.at(context) else { return 0 }
      return transfer.received(UnsafeRawBufferPointer(start: data, count: data == nil ? 0 : size &* count))
    }
    ccurl_set_data_callback(easy, CURLOPT_HEADERFUNCTION) { data, size, count, context in
      guard let transfer = CurlTransfer.at(context) else { return 0 }
      return transfer.received(headerLine: UnsafeRawBufferPointer(start: data, count: data == nil ? 0 : size &* count))
    }
    ccurl_set_data_callback(easy, CURLOPT_READFUNCTION) { data, size, count, context in
      guard let transfer = CurlTransfer.at(context) else { return Int(CURL_READFUNC_ABORT) }
      return transfer.read(into: UnsafeMutableRawBufferPointer(start: data, count: data == nil ? 0 : size &* count))
    }
    ccurl_set_seek_callback(easy) { context, offset, origin in
      guard let transfer = CurlTransfer.at(context), origin == 0 else { return Int32(CURL_SEEKFUNC_FAIL) }
      return transfer.rewind(to: offset)
    }
  }
}
