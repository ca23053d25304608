import Azure
import Testing

@Suite struct ResourceIDTests {
  let subnet = "/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/virtualNetworks/v/subnets/a"

  @Test func caseDoesNotMatter() throws {
    let id = try #require(ResourceID(subnet))
    #expect(id == ResourceID(subnet.uppercased()))
    #expect(Set([id, ResourceID(subnet.lowercased())]).count == 1)
    #expect(id.description == subnet)
  }

  @Test func partsAreNamed() throws {
    let id = try #require(ResourceID(subnet))
    #expect(id.name == "a" && id.group == "g" && id.subscription == "s")
    #expect(id.type == "Microsoft.Network/virtualNetworks/subnets")
    #expect(id.parent?.name == "v" && id.parent?.parent == nil)
    #expect(id.groupID == ResourceID(subscription: "s", group: "g"))
    #expect(id == id.groupID?.resource("Microsoft.Network", "virtualNetworks", "v").child("subnets", "a"))
  }

  @Test func aGroupIsAResourceToo() {
    #expect(ResourceID("/subscriptions/s/resourceGroups/g")?.type == "Microsoft.Resources/subscriptions/resourceGroups")
  }

  @Test(arguments: [
    "", "/", "/subscriptions", "/subscriptions/s", "subscriptions/s/resourceGroups/g",
    "/subscriptions/s/resourceGroups/g/",
    "/subscriptions/s/resourceGroups/..", "/subscriptions/s/resourceGroups/g?x=1",
    "/subscriptions/s/resourceGroups/a b",
    "/subscriptions/s/resourceGroups/g/providers/P/type", "/subscriptions/s/resourceGroups/g/other/x",
    "/subscriptions/s/resourceGroups/g%2f", "https://management.azure.com/subscriptions/s/resourceGroups/g",
  ])
  func whatIsNoIDIsRefused(text: String) { #expect(ResourceID(text) == nil) }

  @Test func occupantsAreTheThingsNotTheirParts() throws {
    let nic = "/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/networkInterfaces/nic"
    let part = try #require(ResourceID(nic + "/ipConfigurations/one"))
    #expect(Occupant(part).description == "network interface nic (\(nic))")
    let balancer = "/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/loadBalancers/lb"
    let frontend = try #require(ResourceID(balancer + "/frontendIPConfigurations/one"))
    #expect(Occupant(frontend).description == "load balancer lb (\(balancer))")
  }
}

@Suite struct ExtendedIDTests {
  @Test func anAssignmentIsOfItsScopeAndAnsweredForByAnother() throws {
    let network = "/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/virtualNetworks/v"
    let scope = try #require(ResourceID(network))
    let id = scope.roleAssignment("guid")
    #expect(id.description == "\(network)/providers/Microsoft.Authorization/roleAssignments/guid")
    #expect(id == ResourceID(id.description.uppercased()))
    #expect(id.type == "Microsoft.Authorization/roleAssignments" && id.answeringProvider == "Microsoft.Authorization")
    #expect(id.parent == scope && id.name == "guid" && scope.answeringProvider == "Microsoft.Network")
    #expect(scope.child("subnets", "a").roleAssignment("guid").parent == scope.child("subnets", "a"))
  }

  @Test func aBuiltInRoleIsTheSubscriptions() throws {
    let role = try #require(ResourceID.builtInRole("guid", subscription: "s"))
    #expect(role.type == "Microsoft.Authorization/roleDefinitions" && role.group == nil && role.name == "guid")
  }
}
