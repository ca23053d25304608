internal import Digests

/// Identifies the operator to AWS when it assumes a role for a Backbone. With the external id, a role's owner trusts
/// one namespace of one cluster, so that no other namespace can have the operator use the role (IAM User Guide, "The
/// confused deputy problem").
struct CloudCaller: Sendable, Hashable {
  var namespace: String
  /// `--cluster-id`, or else the uid of the Namespace kube-system; nil: unknown.
  var clusterID: String?

  /// `CLUSTER/NAMESPACE`. It does not change as long as both exist.
  var externalID: String? { clusterID.map { "\($0)/\(namespace)" } }

  /// Appears in CloudTrail: `cloudlinker-production@0c0ffee0`. STS allows 64 characters of `[A-Za-z0-9_=,.@-]`.
  var sessionName: String {
    let longest = 43
    let readable =
      namespace.utf8.count <= longest
      ? namespace : "\(namespace.prefix(longest - 9))-\(SHA256.text(namespace).prefix(8))"
    return "cloudlinker-\(readable)" + (clusterID.map { "@\($0.prefix(8))" } ?? "")
  }
}
