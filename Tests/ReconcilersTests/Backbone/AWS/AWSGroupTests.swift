import CloudResources
import Foundations
import Testing

@testable import AWS
@testable import CloudNetworks
@testable import Reconcilers

/// The Backbone's own security groups: their names, the descriptions of their rules, and who refers to them.
@Suite struct AWSGroupTests {
  private func described(_ text: String?) -> AWSBench {
    AWSBench(zones: ["a"]) { desired in
      desired.ingressRules = [
        .init(cidr: desired.cidr, transport: .tcp, ports: [443...443, 30000...32767], description: text)
      ]
    }
  }
  private func notes(_ bench: AWSBench) -> [String: String] {
    bench.cloud.read { state in
      let notes = state.groups.filter { !$0.isDefault }.flatMap(\.ingressNotes)
      return Dictionary(uniqueKeysWithValues: notes.map { ($0.key.description, $0.value) })
    }
  }

  @Test func rulesAreDescribedFromTheStartAndDescribedAgain() async throws {
    var bench = described("office")
    try await bench.settle()
    #expect(notes(bench) == ["TCP 443 10.0.0.0/16": "office", "TCP 30000-32767 10.0.0.0/16": "office"])
    bench.desired.ingressRules[0].description = "branch"
    bench.cloud.forgetLog()
    try await bench.settle()
    #expect(bench.cloud.writes == ["UpdateSecurityGroupRuleDescriptionsIngress"])
    #expect(Set(notes(bench).values) == ["branch"])
    bench.cloud.change { state in
      for index in state.groups.indices { state.groups[index].ingressNotes = [:] }
    }
    let repairs = try await bench.reconcile().repairs
    #expect(repairs.first?.contains("had other descriptions than the spec says: TCP 30000-32767") == true)
    #expect(try await bench.settle().actions == 0)
  }

  @Test func whereTheSpecSaysNothingADescriptionOfOthersStays() async throws {
    var bench = described(nil)
    try await bench.settle()
    bench.cloud.change { state in
      for index in state.groups.indices {
        for rule in state.groups[index].ingress { state.groups[index].ingressNotes[rule] = "theirs" }
      }
    }
    #expect(try await bench.settle().actions == 0)
  }

  /// A namespace may be called `sg-…`, and a group left in an adopted VPC may have had this Backbone's name.
  @Test func theNameOfAGroupIsTakenByNoOther() async throws {
    func name(_ namespace: String, _ uid: String) async throws -> String? {
      var bench = AWSBench(zones: ["a"]) { $0.mark = OwnershipMark(namespace: namespace, name: "main", uid: uid) }
      try await bench.settle()
      return bench.cloud.read { $0.groups.first { !$0.isDefault }?.name }
    }
    #expect(try await name("sg-team", "0123456789") == "cloudlinker sg-team/main workload 01234567")
    #expect(try await name("sg-team", "abcdefghij") == "cloudlinker sg-team/main workload abcdefgh")
  }

  @Test func aGroupThatOthersReferToIsNotDeletedAndTheyAreNamed() async throws {
    var bench = AWSBench(zones: ["a"]) { $0.existingNetworkID = "vpc-theirs" }
    bench.cloud.change { state in
      state.vpcs = [
        EC2.VPC(id: "vpc-theirs", cidr: "10.0.0.0/16", cidrs: ["10.0.0.0/16"], state: "available", tags: [:])
      ]
    }
    try await bench.settle()
    bench.cloud.change { state in
      let ours = state.groups.first { $0.tags["cloudlinker.dev/role"] == "firewall-workload" }?.id ?? "?"
      state.groups.append(
        EC2.SecurityGroup(
          id: "sg-x",
          vpcID: "vpc-theirs",
          name: "database",
          ingress: [EC2.Rule(transport: "tcp", from: 5432, to: 5432, peer: .group(ours))],
          egress: [],
          tags: [:]
        )
      )
    }
    var plan = try await bench.reconcile(.absent)
    bench.cloud.settle()
    plan = try await bench.reconcile(.absent)
    let message = plan.problems.first { $0.part == .firewall }?.message ?? ""
    #expect(message.contains("cannot be deleted while rules of sg-x (database) refer to it"))
    bench.cloud.change { $0.groups.removeAll { $0.id == "sg-x" } }
    #expect(try await bench.settle(.absent).plan.isGone)
  }

  @Test func groupsOfOthersThatAllowMoreAreNamedAndNothingElse() async throws {
    var bench = AWSBench(zones: ["a"])
    try await bench.settle()
    func add(_ id: String, _ name: String, _ egress: Set<EC2.Rule>) {
      bench.cloud.change { state in
        let vpc = state.vpcs[0].id
        state.groups.append(.init(id: id, vpcID: vpc, name: name, ingress: [], egress: egress, tags: [:]))
      }
    }
    let inside = EC2.Rule(transport: "-1", peer: .ipv4("10.0.32.0/20"))
    add("sg-in", "inside", [inside])
    bench.cloud.change { state in
      let tags = [OwnershipMark.connectionKey: "production/people/uid"]
      let vpc = state.vpcs[0].id
      state.groups.append(.init(id: "sg-c", vpcID: vpc, name: "c", ingress: [], egress: [.allOut], tags: tags))
    }
    let quiet = try await bench.reconcile()
    #expect(quiet.report.remarks[.firewall] == nil && quiet.actions.isEmpty)
    add("sg-eks", "eks-cluster-sg-shop", [.allOut])
    let plan = try await bench.reconcile()
    #expect(plan.isReady && plan.actions.isEmpty)
    #expect(plan.report.remarks[.firewall]?.hasSuffix("allow more: sg-eks (eks-cluster-sg-shop)") == true)
  }

  @Test func whatKeepsAVPCIsNamed() async throws {
    var bench = AWSBench(zones: ["a"]) { $0.egress.addresses = .none }
    try await bench.settle()
    bench.cloud.change { state in
      state.attachments = [EC2.Attachment(kind: "network ACL", id: "acl-x", tags: ["Name": "audit"])]
    }
    var text = ""
    for _ in 0..<6 {
      do { try await bench.reconcile(.absent) } catch { text = "\(error)" }
      bench.cloud.settle()
    }
    #expect(text.contains("cannot be deleted while these are in it: network ACL acl-x (audit): remove them"))
    bench.cloud.change { $0.attachments = [] }
    #expect(try await bench.settle(.absent).plan.isGone)
  }

  @Test func publicSubnetsStayInTheBackbonesPartOfAnAdoptedVPC() async throws {
    var bench = AWSBench(zones: ["a"]) { desired in
      desired.existingNetworkID = "vpc-theirs"
      desired.cidr = IPv4Network("10.0.0.0/18") ?? desired.cidr
    }
    bench.cloud.change { state in
      state.vpcs = [
        EC2.VPC(id: "vpc-theirs", cidr: "10.0.0.0/16", cidrs: ["10.0.0.0/16"], state: "available", tags: [:])
      ]
    }
    try await bench.settle()
    #expect(bench.cloud.read { $0.subnets.contains { $0.cidr == "10.0.63.240/28" } })
  }

  @Test func aZoneWithoutNATGatewaysIsNamedWithTheCure() async throws {
    var bench = AWSBench(zones: ["a"])
    bench.cloud.change { $0.refusals["CreateNatGateway"] = "NotAvailableInZone" }
    var text = ""
    for _ in 0..<3 {
      do { try await bench.reconcile() } catch { text = "\(error)" }
      bench.cloud.settle()
    }
    #expect(text.contains("name other zones, in spec.network.zoneNames"))
    #expect(bench.cloud.read { state in state.subnets.count == 2 && state.groups.count == 2 })
  }
}
