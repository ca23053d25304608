import Cloud
import Foundations
import HTTPTransportTesting
import Kubernetes
import TestSupport

@testable import CloudNetworks
@testable import GoogleCloud
@testable import Reconcilers

/// Compute Engine and Cloud DNS in memory, with a network of others in the project.
struct GoogleCloudHistoryCloud: HistoryCloud {
  private static let region = "regions/europe-west1"
  let world = BackboneWorld()
  private let fake: FakeCompute
  private let names: GoogleCloudNames
  private let original: DesiredNetwork
  /// What `obstruct` changed, as it was; nil: it was not there.
  private var before: [String: FakeCompute.Object?] = [:]

  init(_ random: inout SeededGenerator) {
    self.init()
    guard random.chance(50) else { return }
    let theirs = "projects/demo/global/networks/theirs"
    fake.change("global/networks/theirs") { $0["description"] = "theirs" }
    fake.change("\(Self.region)/subnetworks/theirs") { subnetwork in
      (subnetwork["network"], subnetwork["ipCidrRange"]) = (.string(theirs), "10.20.0.0/20")
    }
    fake.change("global/firewalls/theirs") { firewall in
      (firewall["network"], firewall["direction"]) = (.string(theirs), "INGRESS")
    }
    fake.change("\(Self.region)/addresses/theirs") { $0["address"] = "198.51.100.1" }
  }

  private init() {
    do {
      (fake, original) = (try FakeCompute(), try .google())
    } catch {
      fatalError("\(error)")
    }
    names = GoogleCloudNames(original.mark)
  }

  func empty() -> Self { Self() }

  var faults: FaultTransport { fake.faults }
  var provider: GoogleCloudNetwork {
    GoogleCloudNetwork(compute: fake.compute, dns: fake.dns, region: original.region)
  }
  var lags: Bool { false }
  func restart() {}

  // MARK: What happens

  func spec(_ random: inout SeededGenerator) -> DesiredNetwork {
    var desired = original
    if random.chance(40) { desired.subnets.removeLast() }
    if random.chance(20) { desired.subnets[0].name = "renamed" }
    let ways: [DesiredNetwork.Egress.Addresses] = [.perZone, .perZone, .shared, .none]
    desired.egress.addresses = ways.randomElement(using: &random) ?? .perZone
    if random.chance(40) { desired.egressRules = [] }
    if random.chance(30) { desired.ingressRules = [.init(cidr: desired.cidr, transport: .tcp, ports: [22...22])] }
    if random.chance(30) { desired.tags["stage"] = "test" }
    desired.hasFlowLogs = random.chance(30)
    if random.chance(30) { desired.privateServices = random.chance(50) ? ["gcr.io"] : ["gcr.io", "pkg.dev"] }
    return desired
  }

  private func isOwned(_ object: FakeCompute.Object) -> Bool {
    GoogleCloudMark.role(in: object["description"]?.text, of: original.mark) != nil
  }
  private var objects: [String: FakeCompute.Object] { fake.state.withLock { $0.objects } }
  private var owned: [String: FakeCompute.Object] { objects.filter { isOwned($0.value) } }
  private func pick(_ random: inout SeededGenerator, _ collections: String...) -> String? {
    owned.keys.filter { path in collections.contains { path.contains("\($0)/") } }.sorted().randomElement(
      using: &random
    )
  }

  func interfere(_ random: inout SeededGenerator) -> String? {
    switch Int.random(in: 0..<8, using: &random) {
    case 0, 1:
      guard let path = owned.keys.sorted().randomElement(using: &random), fake.delete(path) else { return nil }
      return "\(path) deleted"
    case 2:
      guard let path = pick(&random, "firewalls") else { return nil }
      fake.change(path) { $0["disabled"] = true }
      return "\(path) disabled"
    case 3:
      guard let path = pick(&random, "firewalls") else { return nil }
      fake.change(path) { $0["destinationRanges"] = ["0.0.0.0/0"] }
      return "\(path) opened"
    case 4:
      guard let path = pick(&random, "subnetworks") else { return nil }
      fake.change(path) { $0["privateIpGoogleAccess"] = false }
      return "Private Google Access of \(path) turned off"
    case 5:
      guard let path = pick(&random, "routers") else { return nil }
      fake.change(path) { $0["nats"] = [] }
      return "the NAT of \(path) deleted"
    case 6:
      guard let path = pick(&random, "addresses") else { return nil }
      fake.change(path) { $0["labels"] = [:] }
      return "the labels of \(path) taken off"
    default:
      guard let path = pick(&random, "managedZones") else { return nil }
      if random.chance(50) {
        fake.change(path) { $0["privateVisibilityConfig"] = ["networks": []] }
        return "\(path) taken from the network"
      }
      fake.change(path) { $0["records"] = .array(($0["records"]?.items ?? []).filter { $0["type"] == "NS" }) }
      return "the records of \(path) deleted"
    }
  }

  mutating func obstruct(_ random: inout SeededGenerator) -> String? {
    guard fake["global/networks/\(names.network)"] != nil else { return nil }
    let network = JSONValue.string("projects/demo/global/networks/\(names.network)")
    switch Int.random(in: 0..<6, using: &random) {
    case 0, 1:
      guard let path = pick(&random, "subnetworks") else { return nil }
      let name = String(path.split(separator: "/").last ?? "")
      change("zones/z/instances/vm-\(name)") { instance in
        instance["networkInterfaces"] = [["network": network, "subnetwork": .string("projects/demo/\(path)")]]
      }
      return "a machine in \(name)"
    case 2:
      let range: JSONValue = random.chance(50) ? "0.0.0.0/0" : "10.0.0.0/8"
      change("global/firewalls/opening") { firewall in
        (firewall["network"], firewall["direction"], firewall["priority"]) = (network, "INGRESS", 1000)
        firewall["allowed"] = [["IPProtocol": "all"]]
        firewall["sourceRanges"] = [range]
      }
      return "a firewall rule of others in the network"
    case 3:
      guard fake["global/routes/default"] != nil else { return nil }
      change("global/routes/default") { _ in }
      fake.remove("global/routes/default")
      return "the default route deleted"
    case 4:
      guard let path = pick(&random, "managedZones") else { return nil }
      let domain = fake[path]?["dnsName"]
      change("managedZones/theirs") { zone in
        zone["dnsName"] = domain
        zone["privateVisibilityConfig"] = ["networks": [["networkUrl": network]]]
      }
      return "a zone of others for the same domain"
    default:
      guard let path = pick(&random, "firewalls", "routers", "managedZones") else { return nil }
      change(path) { $0["description"] = "mine" }
      return "the mark of \(path) taken off"
    }
  }

  private mutating func change(_ path: String, _ body: (inout FakeCompute.Object) -> Void) {
    if before[path] == nil { before[path] = .some(fake[path]) }
    fake.change(path, body)
  }

  mutating func resolve() {
    let hasNetwork = fake["global/networks/\(names.network)"] != nil
    for (path, object) in before {
      guard let object else {
        fake.remove(path)
        continue
      }
      if path.contains("/routes/") {
        if hasNetwork { fake.change(path) { $0 = object } }
      } else if fake[path] != nil {
        fake.change(path) { $0["description"] = object["description"] }
      }
    }
    before = [:]
  }

  func refuse(_ random: inout SeededGenerator) -> String {
    if random.chance(40) {
      let collection = ["networks", "subnetworks", "firewalls", "addresses", "routers"].randomElement(using: &random)
      let code = ["QUOTA_EXCEEDED", "INTERNAL_ERROR", "RESOURCE_NOT_READY"].randomElement(using: &random)
      fake.failNext(collection ?? "networks", code ?? "INTERNAL_ERROR")
      return "the next operation on \(collection ?? "") ends with \(code ?? "")"
    }
    let refusals = [
      (403, "quotaExceeded"), (403, "forbidden"), (400, "invalid"), (403, "rateLimitExceeded"), (503, "backendError"),
      (412, "conditionNotMet"), (400, "resourceNotReady"),
    ]
    let refusal = refusals.randomElement(using: &random) ?? refusals[0]
    let (patience, count) = (Int.random(in: 0..<5, using: &random), Int.random(in: 1...3, using: &random))
    fake.state.withLock { state in
      state.patience = patience
      state.refusals = Array(repeating: (status: refusal.0, reason: refusal.1), count: count)
    }
    return "refuses, after \(patience) writes, \(count) times \(refusal.1)"
  }

  func settle() {
    let now = world.time.timestamp
    fake.state.withLock { $0.now = now }
    fake.tick()
  }

  func rest() {
    fake.state.withLock { state in
      state.refusals = []
      state.failures = [:]
    }
  }

  // MARK: What is there

  var foreign: [String: AnyHashable] {
    objects.filter { !isOwned($0.value) && !$0.key.contains("/routes/") }.mapValues { AnyHashable($0) }
  }

  var contents: [String: AnyHashable] {
    let marks = ["description", "labels", "labelFingerprint", "fingerprint"]
    return objects.mapValues { object in AnyHashable(object.filter { !marks.contains($0.key) }) }
  }

  /// Descriptions of networks, subnetworks and addresses cannot change.
  var marked: [String] {
    let descriptions = owned.keys.filter { path in
      ["/firewalls/", "/routers/", "managedZones/"].contains { path.contains($0) }
    }
    let labels = objects.filter { $0.value["labels"]?["cloudlinker-backbone"] != nil }.keys
    return (descriptions + labels).sorted()
  }

  var inventory: [String] {
    let givenByGoogle = ["id", "fingerprint", "labelFingerprint", "address", "status"]
    return owned.map { path, object in
      var kept = object.filter { !givenByGoogle.contains($0.key) }
      // Ranges of pods stay where they were put once.
      kept["secondaryIpRanges"] = nil
      if path.contains("allow-inside") { (kept["sourceRanges"], kept["destinationRanges"]) = (nil, nil) }
      return "\(path) \(JSONValue.object(kept).canonical)"
    }.sorted()
  }

  private func exists(_ link: String, _ collection: String) -> Bool {
    let target = "\(Self.region)/\(collection)/\(ComputeLink.name(link))"
    return fake.state.withLock { state in
      state.objects[target] != nil
        && !state.operations.values.contains { $0.target == target && $0.type == "delete" && !$0.isDone }
    }
  }

  var billed: [String: Set<String>] {
    var billed: [String: Set<String>] = [:]
    for (path, object) in owned where path.contains("/addresses/") && exists(path, "addresses") {
      billed[String(path.split(separator: "-").last ?? "")] = [object["address"]?.text ?? ""]
    }
    return billed
  }

  func billedRoles(_ desired: DesiredNetwork) -> Set<String> {
    switch desired.egress.addresses {
    case .none: []
    case .shared: ["1"]
    case .perZone: Set((1...Set(desired.subnets.map(\.zone)).count).map(String.init))
    }
  }

  var occupied: [String: Bool] {
    var occupied: [String: Bool] = [:]
    let nat = fake["\(Self.region)/routers/\(names.router)"].flatMap { router -> JSONValue? in
      exists(names.router, "routers") ? router["nats"]?.items.first : nil
    }
    let served = (nat?["subnetworks"]?.items ?? []).map { ComputeLink.path($0["name"]?.text ?? "") }
    let hasAddress = (nat?["natIps"]?.items ?? []).contains { exists($0.text, "addresses") }
    for (path, instance) in objects where path.contains("/instances/") {
      let subnetwork = ComputeLink.path(instance["networkInterfaces"]?.items.first?["subnetwork"]?.text ?? "")
      occupied[subnetwork] = served.contains(subnetwork) && hasAddress
    }
    return occupied
  }

  var publicAddresses: Set<String> {
    Set(owned.filter { $0.key.contains("/addresses/") }.compactMap { $0.value["address"]?.text })
  }

  var writeCount: Int { fake.state.withLock { $0.writeCount } }
}
