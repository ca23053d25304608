/// A remote network, which contains connectors and resources. Its name is unique in the tenant.
public struct RemoteNetwork: Sendable, Hashable, Decodable {
  /// The location that the console shows. Nothing depends on it.
  public enum Location: String, Sendable, Hashable {
    case aws = "AWS"
    case azure = "AZURE"
    case googleCloud = "GOOGLE_CLOUD"
    case onPremise = "ON_PREMISE"
    case other = "OTHER"
  }
  public var id: String
  public var name: String
  /// A `Location`, or one that Twingate has added since.
  public var location: String
  public var isActive: Bool

  public init(id: String, name: String, location: String, isActive: Bool = true) {
    self.id = id
    self.name = name
    self.location = location
    self.isActive = isActive
  }

  static let fields = "id name location isActive"
}

extension RemoteNetwork: PageItem { var identity: String { id } }
