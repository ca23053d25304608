import Foundations
import Testing

@testable import GatewayAgent

@Suite struct ClusterAddressesTests {
  static func address(_ text: String) throws -> IPv4Address { try #require(IPv4Address(text)) }
  static func cluster() throws -> ClusterAddresses {
    ClusterAddresses(
      pod: [try address("10.244.1.7")],
      nameServers: [try address("10.96.0.10")],
      siblings: [try address("10.244.2.9")],
      apiServer: try address("10.96.0.1"),
      router: try address("10.244.1.1")
    )
  }

  @Test(arguments: [
    ("10.244.1.7", "this pod's own address"), ("10.96.0.10", "the pod's DNS server"),
    ("10.244.2.9", "the address of another gateway"), ("10.96.0.1", "the cluster's API server"),
    ("10.244.1.1", "the router of the pod's network"), ("203.0.113.5", "the server's own address"),
    ("127.0.0.1", "a loopback address"), ("169.254.169.254", "a link-local address"),
    ("224.0.0.5", "a multicast address"),
    ("255.255.255.255", "a reserved address"), ("0.0.0.0", "an address of this network"),
  ])
  func aServerCannotTakeTheClustersPlace(text: String, what: String) throws {
    let server = try Self.address("203.0.113.5")
    let refusal = try Self.cluster().refusal(ofVirtual: try Self.address(text), server: server)
    #expect(refusal?.contains("the address \(text), which is \(what):") == true, "\(refusal ?? "accepted")")
  }

  @Test func otherAddressesAreTheServersToGive() throws {
    for text in ["10.8.0.6", "192.168.100.200", "10.244.1.8", "100.64.0.1"] {
      #expect(try Self.cluster().refusal(ofVirtual: try Self.address(text), server: nil) == nil)
    }
  }

  @Test func aServerIsNotInTheClusterNorOnThisMachine() throws {
    let cluster = try Self.cluster()
    for text in ["10.244.1.7", "10.244.2.9", "10.96.0.1", "127.0.0.53", "169.254.169.254"] {
      #expect(cluster.refusal(ofServer: try Self.address(text))?.contains("at \(text), which is") == true)
    }
    // A router or a DNS server of a small company may be its VPN server as well.
    for text in ["203.0.113.5", "10.96.0.10", "10.244.1.1"] {
      #expect(cluster.refusal(ofServer: try Self.address(text)) == nil)
    }
  }

  @Test func readsTheDefaultRoute() throws {
    let table = """
      Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT
      eth0\t00000000\t0101F40A\t0003\t0\t0\t0\t00000000\t0\t0\t0
      eth0\t0001F40A\t00000000\t0001\t0\t0\t0\t00FFFFFF\t0\t0\t0

      """
    let route = PodNetwork.defaultRoute(in: table)
    #expect(route == .init(device: "eth0", router: try Self.address("10.244.1.1")))
    #expect(PodNetwork.defaultRoute(in: "Iface\nx\n") == nil)
  }

  @Test func readsWhereOpenVPNConnectsTo() throws {
    let address = try Self.address("169.254.169.254")
    for line in [
      "UDPv4 link remote: [AF_INET]169.254.169.254:1194",
      "Attempting to establish TCP connection with [AF_INET]169.254.169.254:443",
    ] {
      #expect(OpenVPNRun.contactedAddress(line) == address)
    }
    #expect(OpenVPNRun.contactedAddress("UDPv4 link local: (not bound)") == nil)
  }

  @Test func readsWhereIPsecConnectsTo() throws {
    var report = IPsecReport([])
    for unknown in [nil, "%any", "0.0.0.0", "fd00::1"] {
      report.remoteHost = unknown
      #expect(report.addresses.server == nil)
    }
    report.remoteHost = "203.0.113.5"
    #expect(report.addresses.server == (try Self.address("203.0.113.5")))
  }
}
