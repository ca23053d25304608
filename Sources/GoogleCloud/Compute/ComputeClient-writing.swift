public import Cloud

extension ComputeClient {
  /// - Parameter region: of a regional resource, or the zone of a zonal one; ignored for others. Likewise below.
  public func insert<R: ComputeResource>(_ resource: R, region: String, requestID: RequestID)
    async throws(CloudError) -> ComputeOperation
  {
    let operation = "compute.\(R.collection.rawValue).create"
    return try await mutate("POST", R.collection, region, "", body: resource, operation, requestID)
  }

  /// Changes the given fields and leaves the others; lists are replaced as a whole. A `Subnetwork` needs its
  /// fingerprint.
  public func patch<R: ComputeResource>(_ resource: R, region: String, requestID: RequestID)
    async throws(CloudError) -> ComputeOperation
  {
    let operation = "compute.\(R.collection.rawValue).update"
    return try await mutate(
      "PATCH",
      R.collection,
      region,
      Self.tail(resource.name),
      body: resource,
      operation,
      requestID
    )
  }

  /// Replaces the whole resource: fields that are not given are unset.
  public func update<R: ComputeResource>(_ resource: R, region: String, requestID: RequestID)
    async throws(CloudError) -> ComputeOperation
  {
    let operation = "compute.\(R.collection.rawValue).update"
    return try await mutate("PUT", R.collection, region, Self.tail(resource.name), body: resource, operation, requestID)
  }

  public func delete(_ collection: ComputeCollection, _ name: String, region: String, requestID: RequestID)
    async throws(CloudError) -> ComputeOperation
  {
    let operation = "compute.\(collection.rawValue).delete"
    return try await mutate("DELETE", collection, region, Self.tail(name), body: String?.none, operation, requestID)
  }

  /// `patch` cannot change this.
  public func setPrivateGoogleAccess(_ isOn: Bool, of subnetwork: String, region: String, requestID: RequestID)
    async throws(CloudError) -> ComputeOperation
  {
    struct Body: Encodable { var privateIpGoogleAccess: Bool }
    let name = "setPrivateIpGoogleAccess"
    let body = Body(privateIpGoogleAccess: isOn)
    let tail = Self.tail(subnetwork) + "/" + name
    return try await mutate("POST", .subnetworks, region, tail, body: body, "compute.subnetworks.\(name)", requestID)
  }

  /// Widens a subnetwork's primary range, which can never be narrowed.
  public func expand(_ subnetwork: String, to cidr: String, region: String, requestID: RequestID)
    async throws(CloudError) -> ComputeOperation
  {
    struct Body: Encodable { var ipCidrRange: String }
    let name = "expandIpCidrRange"
    let tail = Self.tail(subnetwork) + "/" + name
    let body = Body(ipCidrRange: cidr)
    return try await mutate("POST", .subnetworks, region, tail, body: body, "compute.subnetworks.\(name)", requestID)
  }

  /// - Parameter fingerprint: the fingerprint of the labels as they were read; an outdated one is a conflict.
  public func setLabels(
    _ labels: [String: String],
    fingerprint: String,
    ofAddress name: String,
    region: String,
    requestID: RequestID
  ) async throws(CloudError) -> ComputeOperation {
    struct Body: Encodable {
      var labels: [String: String]
      var labelFingerprint: String
    }
    let body = Body(labels: labels, labelFingerprint: fingerprint)
    let tail = Self.tail(name) + "/setLabels"
    return try await mutate("POST", .addresses, region, tail, body: body, "compute.addresses.setLabels", requestID)
  }

  private static func tail(_ name: String) -> String { "/" + PercentEncoding.encode(name) }

  private func mutate(
    _ method: String,
    _ collection: ComputeCollection,
    _ region: String,
    _ tail: String,
    body: (some Encodable)?,
    _ operation: String,
    _ requestID: RequestID
  ) async throws(CloudError) -> ComputeOperation {
    let bytes: [UInt8]? = if let body { try GoogleAPI.json(body, operation: operation) } else { nil }
    let answer: OperationBody = try await call(
      method,
      Self.path(collection, region) + tail,
      body: bytes,
      operation: operation,
      requestID: requestID
    )
    return try answer.operation(
      operation,
      region: collection.isRegional ? region : nil,
      zone: collection.isZonal ? region : nil
    )
  }
}
