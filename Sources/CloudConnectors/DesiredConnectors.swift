package import Cloud
package import CloudNetworks
internal import Digests
package import Foundations

/// What one connection asks for: connectors as machines in the network of a Backbone, which stays the Backbone's.
package struct DesiredConnectors: Sendable, Hashable {
  /// The connection.
  package var mark: OwnershipMark
  package var place: Place
  /// One connector each.
  package var seats: [Seat]
  /// Whether no machine is to run; what they need stays.
  package var isSuspended = false
  package var machine: Machine
  /// The user's, on everything that is made from now on.
  package var tags: [String: String] = [:]

  /// Key of the tag that holds the connection's mark. `OwnershipMark.key` names a Backbone instead.
  package static let key = OwnershipMark.connectionKey

  package init(mark: OwnershipMark, place: Place, seats: [Seat], machine: Machine) {
    self.mark = mark
    self.place = place
    self.seats = seats
    self.machine = machine
  }

  /// The Backbone's network, as its status tells of it.
  package struct Place: Sendable, Hashable {
    package var region: String
    package var networkID: String
    /// Where what runs in the Backbone has its addresses.
    package var ranges: [IPv4Network]
    /// The firewall of the Backbone's workloads, through which its members reach each other.
    package var firewallID: String?
    /// The Backbone's.
    package var mark: OwnershipMark?
    package init(region: String, networkID: String, ranges: [IPv4Network], firewallID: String?) {
      self.region = region
      self.networkID = networkID
      self.ranges = ranges
      self.firewallID = firewallID
    }
  }

  /// The place of one connector, whichever connector has it.
  package struct Seat: Sendable, Hashable {
    /// From 1.
    package var number: Int
    package var zone: String
    package var subnetID: String
    package init(number: Int, zone: String, subnetID: String) {
      self.number = number
      self.zone = zone
      self.subnetID = subnetID
    }
  }

  /// A login at a container registry.
  package struct RegistryLogin: Sendable, Hashable {
    package var username: String
    package var password: SecretText
    package init(username: String, password: SecretText) { (self.username, self.password) = (username, password) }
  }

  package struct Machine: Sendable, Hashable {
    package var type: String
    /// Nil: the newest that Twingate publishes. In AWS.
    package var imageID: String?
    /// Of the connector's container. In Google Cloud and Azure.
    package var containerImage = ""
    /// At the registry of that image. In Azure. It is known only when machines are made, and others do not replace a machine.
    package var login: RegistryLogin?
    /// Name or ARN; nil: a role and an instance profile are made for each seat.
    package var profile: String?
    /// The connector's settings by the names of their variables. Nothing secret.
    package var environment: [String: String]
    /// How old a machine may be when there is a newer image; nil: as old as it likes.
    package var updatesEvery: Duration?
    /// Whoever asks for new tokens changes it, and gets new connectors; empty: nobody has.
    package var rotation = ""
    package init(type: String, environment: [String: String]) {
      self.type = type
      self.environment = environment
    }
  }
}

extension DesiredConnectors {
  /// The key of the connector that a seat has.
  /// - Parameter words: what its machine is started with.
  func key(_ seat: Seat, _ words: [String]) -> String {
    let all = words + (machine.rotation.isEmpty ? [] : ["tokens: \(machine.rotation)"])
    return "\(seat.number)-\(Self.digest(all.joined(separator: "\n")))"
  }

  /// Five of 32 characters: two sets of settings are taken for each other once in 2^25.
  private static func digest(_ text: String) -> String {
    let alphabet = Array("abcdefghijklmnopqrstuvwxyz234567".utf8)
    return String(decoding: SHA256.digest(Array(text.utf8)).prefix(5).map { alphabet[Int($0 & 31)] }, as: UTF8.self)
  }
}

/// A connector that a seat has, or had until its settings changed. It never changes: other settings are another connector.
package struct SeatedConnector: Sendable, Hashable {
  package var seat: DesiredConnectors.Seat
  /// `2-k3fq`: the seat, and a digest of everything that a machine is started with.
  package var key: String
  /// In Google Cloud and Azure, whose images have no versions here, the period in which the machine took its image.
  package var imageID: String
  package init(seat: DesiredConnectors.Seat, key: String, imageID: String) {
    self.seat = seat
    self.key = key
    self.imageID = imageID
  }

  /// The seat of a key; nil: it is none.
  package static func number(of key: String) -> Int? { key.split(separator: "-").first.flatMap { Int($0) } }
}
