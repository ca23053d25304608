package import Cloud
package import CloudNetworks
internal import Digests
package import Foundations

/// The connectors that one connection asks for, as machines in the network of a Backbone. The network stays the Backbone's.
package struct DesiredConnectors: Sendable, Hashable {
  /// Marks objects as the connection's.
  package var mark: OwnershipMark
  package var place: Place
  /// Each has one connector.
  package var seats: [Seat]
  /// Whether no machine shall run. Everything that the machines need stays.
  package var isSuspended = false
  package var machine: Machine
  /// The user's tags. Objects get them when they are made.
  package var tags: [String: String] = [:]

  /// Key of the tag that holds the connection's mark. `OwnershipMark.key` names a Backbone instead.
  package static let key = OwnershipMark.connectionKey

  package init(mark: OwnershipMark, place: Place, seats: [Seat], machine: Machine) {
    self.mark = mark
    self.place = place
    self.seats = seats
    self.machine = machine
  }

  /// The Backbone's network, as the Backbone's status describes it.
  package struct Place: Sendable, Hashable {
    package var region: String
    package var networkID: String
    /// The address ranges of the Backbone.
    package var ranges: [IPv4Network]
    /// The security group of the Backbone's workloads, whose members reach each other. In AWS.
    package var firewallID: String?
    /// Marks objects as the Backbone's.
    package var mark: OwnershipMark?
    package init(region: String, networkID: String, ranges: [IPv4Network], firewallID: String?) {
      self.region = region
      self.networkID = networkID
      self.ranges = ranges
      self.firewallID = firewallID
    }
  }

  /// The place of one connector. The connectors that replace each other have the same seat.
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
    /// The image of the connector's container. In Google Cloud and Azure.
    package var containerImage = ""
    /// The login at that image's registry. In Azure. A machine is made with it, and another login replaces no machine.
    package var login: RegistryLogin?
    /// Name or ARN of an instance profile in AWS; nil: a role and an instance profile are made for each seat.
    package var profile: String?
    /// The connector's settings by the names of their environment variables. None is secret.
    package var environment: [String: String]
    /// How old a machine may get when there is a newer image; nil: any age.
    package var updatesEvery: Duration?
    /// Another value asks for new tokens, and thereby for new connectors; empty: nobody has asked.
    package var rotation = ""
    package init(type: String, environment: [String: String]) {
      self.type = type
      self.environment = environment
    }
  }
}

extension DesiredConnectors {
  /// The key of the connector that a seat has.
  /// - Parameter words: everything with which its machine is started.
  func key(_ seat: Seat, _ words: [String]) -> String {
    let all = words + (machine.rotation.isEmpty ? [] : ["tokens: \(machine.rotation)"])
    return "\(seat.number)-\(Self.digest(all.joined(separator: "\n")))"
  }

  /// Five of 32 characters: two sets of settings have the same digest once in 2^25.
  private static func digest(_ text: String) -> String {
    let alphabet = Array("abcdefghijklmnopqrstuvwxyz234567".utf8)
    return String(decoding: SHA256.digest(Array(text.utf8)).prefix(5).map { alphabet[Int($0 & 31)] }, as: UTF8.self)
  }
}

/// A connector that a seat has, or had until its settings changed. It never changes: other settings mean another connector.
package struct SeatedConnector: Sendable, Hashable {
  package var seat: DesiredConnectors.Seat
  /// `2-k3fqa`: the seat, and a digest of everything with which a machine is started.
  package var key: String
  /// In Google Cloud and Azure the period in which the machine took its image, because those images have no versions.
  package var imageID: String
  package init(seat: DesiredConnectors.Seat, key: String, imageID: String) {
    self.seat = seat
    self.key = key
    self.imageID = imageID
  }

  /// The seat of a key; nil: it is no key.
  package static func number(of key: String) -> Int? { key.split(separator: "-").first.flatMap { Int($0) } }
}
