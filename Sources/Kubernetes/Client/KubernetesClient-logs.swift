extension KubernetesClient {
  /// The last lines of a container's log, oldest first, each preceded by its time (RFC 3339) and a space.
  /// - Parameters:
  ///   - container: nil: the pod's only container, or the one that its annotation names.
  ///   - tail: the number of lines.
  public func log(of pod: ObjectKey, container: String?, tail: Int) async throws(KubernetesError) -> String {
    let what = "read the log of Pod \(pod)"
    var query = Query(Scope())
    query["container"] = container
    query["tailLines"] = String(tail)
    query["timestamps"] = "true"
    // A line may be long, and a pod may write without end, so 1 MiB is the limit.
    query["limitBytes"] = "1048576"
    let path = try ResourcePath.object(Pod.resourceType, pod, what: what) + "/log" + query.text
    let call = Call(method: "GET", path: path, accept: "text/plain, */*", isSafe: true, what: what)
    return String(decoding: try await send(call), as: UTF8.self)
  }
}
