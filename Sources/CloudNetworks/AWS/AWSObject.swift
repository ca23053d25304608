/// An object of a VPC, ours or not, in the form that all kinds share.
struct AWSObject {
  var kind: AWSNetworkAction.Kind
  var id: String
  var tags: [String: String]
  /// Nil: it lies in no VPC.
  var vpcID: String?
  /// As messages give it; nil: it has none.
  var name: String?
  /// Whether EC2 lets its tags be changed.
  var takesTags: Bool
  /// Whether EC2 refuses to delete the VPC while the object is there.
  var holdsVPC: Bool

  init(
    _ kind: AWSNetworkAction.Kind,
    _ id: String,
    _ tags: [String: String],
    in vpcID: String? = nil,
    name: String? = nil,
    takesTags: Bool = true,
    holdsVPC: Bool = true
  ) {
    (self.kind, self.id, self.tags, self.vpcID) = (kind, id, tags, vpcID)
    self.name = name ?? tags["Name"]
    (self.takesTags, self.holdsVPC) = (takesTags, holdsVPC)
  }
}
