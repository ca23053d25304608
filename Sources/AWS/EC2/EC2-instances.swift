public import Foundations

extension EC2 {
  public struct Instance: Sendable, Hashable {
    public var id: String
    /// `pending`, `running`, `shutting-down`, `terminated` (shown for about an hour), `stopping`, `stopped`.
    public var state: String
    /// Why its state changed, in EC2's words.
    public var stateReason: String?
    public var imageID: String
    public var type: String
    public var subnetID: String
    public var zone: String
    public var privateIP: String?
    public var groupIDs: [String]
    public var launched: Timestamp?
    public var tags: [String: String]

    public init(id: String, state: String, imageID: String, type: String, subnetID: String, tags: [String: String]) {
      self.id = id
      self.state = state
      self.imageID = imageID
      self.type = type
      self.subnetID = subnetID
      self.tags = tags
      zone = ""
      groupIDs = []
    }
  }

  public struct Image: Sendable, Hashable {
    public var id: String
    public var name: String
    /// RFC 3339 with milliseconds, so that text sorts by time.
    public var created: String
    /// `/dev/xvda`, `/dev/sda1`.
    public var rootDevice: String
    public init(id: String, name: String, created: String, rootDevice: String) {
      self.id = id
      self.name = name
      self.created = created
      self.rootDevice = rootDevice
    }
  }

  /// A machine without a public address. Its metadata can be read only with a session and only by the machine itself,
  /// and its root disk is encrypted and deleted with the machine.
  public struct InstanceRequest: Sendable, Hashable {
    public var imageID: String
    /// The image's own name for it. Settings under another name would describe a second disk.
    public var rootDevice: String
    public var type: String
    public var subnetID: String
    public var groupIDs: [String]
    /// The name or the ARN of an instance profile.
    public var profile: String?
    /// At most 16 KiB.
    public var userData: String
    /// At most 64 characters. The same token creates no second machine.
    public var token: String
    public var tags: [String: String]

    public init(
      imageID: String,
      rootDevice: String,
      type: String,
      subnetID: String,
      groupIDs: [String],
      profile: String?,
      userData: String,
      token: String,
      tags: [String: String]
    ) {
      self.imageID = imageID
      self.rootDevice = rootDevice
      self.type = type
      self.subnetID = subnetID
      self.groupIDs = groupIDs
      self.profile = profile
      self.userData = userData
      self.token = token
      self.tags = tags
    }
  }
}

extension EC2.Instance {
  init?(_ item: XMLElement) {
    guard let id = item.string("instanceId") else { return nil }
    self.init(
      id: id,
      state: item["instanceState"]?.string("name") ?? "",
      imageID: item.string("imageId") ?? "",
      type: item.string("instanceType") ?? "",
      subnetID: item.string("subnetId") ?? "",
      tags: item.tags()
    )
    stateReason = item["stateReason"]?.string("message")
    zone = item["placement"]?.string("availabilityZone") ?? ""
    privateIP = item.string("privateIpAddress")
    groupIDs = item.list("groupSet").compactMap { $0.string("groupId") }
    launched = item.string("launchTime").flatMap { Timestamp($0) }
  }
}

extension EC2.Image {
  init?(_ item: XMLElement) {
    guard let id = item.string("imageId") else { return nil }
    self.init(
      id: id,
      name: item.string("name") ?? "",
      created: item.string("creationDate") ?? "",
      rootDevice: item.string("rootDeviceName") ?? "/dev/xvda"
    )
  }
}
