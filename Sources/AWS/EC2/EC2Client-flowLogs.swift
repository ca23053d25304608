public import Cloud

extension EC2Client {
  public func flowLogs(_ filters: [Filter]) async throws(CloudError) -> [EC2.FlowLog] {
    try await describe("DescribeFlowLogs", filters, set: "flowLogSet") { EC2.FlowLog($0) }
  }

  /// Creates a flow log of all traffic of a VPC, accepted and rejected, to S3. EC2 also demands
  /// `logs:CreateLogDelivery`.
  /// - Parameters:
  ///   - destination: a bucket's ARN, with or without a folder.
  ///   - token: at most 64 characters; the same one creates no second flow log.
  /// - Throws: also for errors that EC2 reports in an answer with status 200: the bucket does not exist, or refuses.
  public func createFlowLog(
    vpcID: String,
    destination: String,
    token: String,
    tags: [String: String]
  ) async throws(CloudError) -> String {
    let action = "CreateFlowLogs"
    var parameters = QueryParameters()
    parameters["ResourceType"] = "VPC"
    parameters.list("ResourceId", [vpcID])
    parameters["TrafficType"] = "ALL"
    parameters["LogDestinationType"] = "s3"
    parameters["LogDestination"] = destination
    parameters["ClientToken"] = token
    Self.tag("vpc-flow-log", tags, &parameters)
    let answer = try await query.call(action, parameters, isIdempotent: true)
    if let error = Self.refusal(in: answer, action) { throw error }
    guard let id = answer.list("flowLogIdSet").first?.text, !id.isEmpty else {
      throw CloudError(
        .malformed,
        operation: "ec2:\(action)",
        message: "the answer holds no flowLogIdSet/item",
        mayHaveBeenProcessed: true
      )
    }
    return id
  }

  /// Deletes a flow log. The records that it has written stay. EC2 also demands `logs:DeleteLogDelivery`.
  public func deleteFlowLog(_ id: String) async throws(CloudError) {
    var parameters = QueryParameters()
    parameters.list("FlowLogId", [id])
    try await removeEach("DeleteFlowLogs", parameters)
  }
}
