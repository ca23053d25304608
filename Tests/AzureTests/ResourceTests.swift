import Azure
import Foundations
import HTTPTransport
import HTTPTransportTesting
import Testing

@Suite struct ResourceTests {
  private func json(_ text: String) throws -> JSONValue { try #require(JSONValue(parsing: Array(text.utf8))) }

  @Test func jsonComesBackAsItWas() throws {
    let text = #"{"a":[1,2.5,"x",null,true,{"b":{}}],"c":"/é"}"#
    #expect(String(decoding: try json(text).bytes, as: UTF8.self) == text)
    #expect(JSONValue(parsing: Array("{".utf8)) == nil)
  }

  @Test func aWrittenNetworkKeepsItsSubnetsAndWhatIsUnknown() throws {
    let network = VirtualNetwork(
      json: try json(
        #"""
        {"id":"x","name":"v","etag":"1","location":"West Europe","tags":{"A":"b"},"properties":{
          "provisioningState":"Succeeded","resourceGuid":"g","novelty":{"x":1},
          "addressSpace":{"addressPrefixes":["10.0.0.0/16"]},
          "subnets":[{"name":"s","etag":"2","properties":{"addressPrefix":"10.0.0.0/24","delegations":[{"name":"d"}],
            "provisioningState":"Succeeded","ipConfigurations":[{"id":"nic"}]}}]}}
        """#
      )
    )
    #expect(network.location == "westeurope" && network.tag("a") == "b")
    let expected = try json(
      #"""
      {"location":"West Europe","tags":{"A":"b"},"properties":{"novelty":{"x":1},
        "addressSpace":{"addressPrefixes":["10.0.0.0/16"]},
        "subnets":[{"name":"s","properties":{"addressPrefix":"10.0.0.0/24","delegations":[{"name":"d"}]}}]}}
      """#
    )
    #expect(network.writable == expected)
  }

  @Test func aWrittenGatewayDoesNotNameItsSubnets() throws {
    let gateway = NATGateway(json: try json(#"{"properties":{"subnets":[{"id":"x"}],"nat64":"None"}}"#))
    #expect(gateway.writable == (try json(#"{"properties":{"nat64":"None"}}"#)))
  }

  @Test func aSubnetsNetworkIsReadInEitherSpelling() throws {
    let one = Subnet(json: try json(#"{"properties":{"addressPrefix":"10.0.0.0/24"}}"#))
    let list = Subnet(json: try json(#"{"properties":{"addressPrefixes":["10.0.0.0/24"]}}"#))
    let many = Subnet(json: try json(#"{"properties":{"addressPrefixes":["10.0.0.0/24","10.1.0.0/24"]}}"#))
    #expect(one.cidr == IPv4Network("10.0.0.0/24") && list.cidr == one.cidr && many.cidr == nil)
    #expect(one.defaultOutboundAccess)
  }

  @Test func rulesThatMeanTheSameAreEqual() throws {
    let plain = SecurityRule("r", 200, .inbound, .allow, transport: "Tcp", from: ["10.0.0.0/8"], ports: ["443", "80"])
    let group = NetworkSecurityGroup(
      json: try json(
        #"""
        {"properties":{"securityRules":[{"name":"r","properties":{"priority":200,"direction":"inbound","access":"ALLOW",
          "protocol":"TCP","sourceAddressPrefixes":["10.0.0.0/8"],"destinationAddressPrefix":"*","sourcePortRange":"*",
          "destinationPortRange":"","destinationPortRanges":["80","443"],"sourceAddressPrefix":""}}]}}
        """#
      )
    )
    #expect(group.rules == [plain])
  }

  @Test func aRuleForOtherSourcePortsIsAnother() throws {
    let group = NetworkSecurityGroup(location: "x", rules: [SecurityRule("r", 100, .inbound, .deny)], tags: [:])
    var opened = group
    opened.json["properties", "securityRules"] = .array(
      (group.json["properties", "securityRules"]?.array ?? []).map { rule in
        var rule = rule
        rule["properties", "sourcePortRange"] = "53"
        return rule
      }
    )
    #expect(group.rules == [SecurityRule("r", 100, .inbound, .deny)])
    #expect(opened.rules != group.rules)
  }

  @Test func aRouteTakesThePlaceOfThoseToTheSamePrefix() {
    var table = RouteTable(
      location: "x",
      routes: [
        .init(name: "other", prefix: "0.0.0.0/0", nextHop: "VirtualAppliance"),
        .init(name: "pods", prefix: "10.9.0.0/24", nextHop: "VirtualAppliance"),
      ],
      tags: [:]
    )
    table.set(.init(name: "default", prefix: "0.0.0.0/0", nextHop: "Internet"))
    #expect(table.routes.map(\.name) == ["pods", "default"])
  }

  @Test func zonesAreThoseOfTheSubscription() async throws {
    let server = Server { _ in
      .json(
        #"""
        {"value":[{"name":"westeurope","availabilityZoneMappings":[{"logicalZone":"2"},{"logicalZone":"1"}]},
          {"name":"westus"}]}
        """#
      )
    }
    let client = try client(server.transport)
    #expect(try await client.locations().map(\.zones) == [["1", "2"], []])
  }

  @Test(arguments: [
    String(repeating: "[", count: 200_000), String(repeating: #"{"a":"#, count: 200_000), "1e999", "\u{FEFF}",
  ])
  func hostileTextIsNoJSON(text: String) { #expect(JSONValue(parsing: Array(text.utf8)) == nil) }
}
