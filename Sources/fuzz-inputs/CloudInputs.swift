import Cloud
import CloudResources
import FoundationEssentials
import Foundations
import HTTPTransport

@testable import AWS
@testable import Azure
@testable import CloudNetworks
@testable import GoogleCloud

/// The answers of clouds that become plans, and the content of credentials.
extension FuzzTarget {
  static let clouds = [awsAnswers, googleAnswers, azureAnswers, credentials]

  private static func response(_ body: [UInt8]) -> HTTPResponse {
    // The first byte selects the status, so that errors of all kinds are parsed.
    let statuses = [400, 401, 403, 404, 409, 412, 429, 500, 503, 200]
    let status = statuses[Int(body.first ?? 0) % statuses.count]
    return HTTPResponse(head: HTTPResponseHead(status: status, headers: ["Retry-After": "7"]), body: body)
  }

  private static func check(_ error: CloudError) {
    require(error.description.utf8.count < 8192, "an error of \(error.description.utf8.count) bytes")
  }

  private static let desired: DesiredNetwork = {
    func range(_ text: String) -> IPv4Network {
      IPv4Network(text) ?? IPv4Network(containing: .init(bits: 0), prefixLength: 32)
    }
    let mark = OwnershipMark(namespace: "n", name: "b", uid: "u")
    let subnets = ["a", "b"].enumerated().map { index, name in
      DesiredNetwork.Subnet(name: name, zone: name, cidr: range("10.0.\(index * 16).0/20"))
    }
    var desired = DesiredNetwork(mark: mark, region: "r", cidr: range("10.0.0.0/16"), subnets: subnets)
    desired.egressRules = [.init(cidr: range("0.0.0.0/0"), transport: .tcp, ports: [443...443])]
    desired.tags = ["team": "x"]
    desired.hasFlowLogs = true
    desired.flowLogsBucketARN = "arn:aws:s3:::logs"
    return desired
  }()

  /// There must be a plan for everything that a cloud shows.
  private static func plan<Provider: NetworkProvider>(_ provider: Provider.Type, _ seen: Provider.Observed) {
    for goal in [NetworkGoal.present, .absent, .released] {
      let plan = Provider.plan(desired, goal: goal, seen, now: Timestamp(seconds: 1_767_225_600))
      require(!plan.isGone || plan.actions.isEmpty, "gone, and yet there is something to do: \(plan.actions)")
      for action in plan.actions { _ = action.description }
    }
  }

  static let awsAnswers = FuzzTarget(name: "aws-answers", seeds: awsSeeds.map(\.bytes)) { input in
    check(AWSError.decode(response(input), operation: "ec2:X", now: Timestamp(seconds: 0)))
    guard let root = try? XMLReader.read(input) else { return }
    if let error = EC2Client.refusal(in: root, "X") { check(error) }
    var state = AWSNetworkState()
    state.vpcs = root.list("vpcSet").compactMap { EC2.VPC($0) }
    state.subnets = root.list("subnetSet").compactMap { EC2.Subnet($0) }
    state.routeTables = root.list("routeTableSet").compactMap { EC2.RouteTable($0) }
    state.natGateways = root.list("natGatewaySet").compactMap { EC2.NATGateway($0) }
    state.securityGroups = root.list("securityGroupInfo").compactMap { EC2.SecurityGroup($0) }
    state.endpoints = root.list("vpcEndpointSet").compactMap { EC2.Endpoint($0) }
    state.internetGateways = root.list("internetGatewaySet").compactMap { EC2.InternetGateway($0) }
    state.addresses = root.list("addressesSet").compactMap { EC2.Address($0) }
    state.flowLogs = root.list("flowLogSet").compactMap { EC2.FlowLog($0) }
    _ = root.list("networkInterfaceSet").compactMap { EC2.NetworkInterface($0) }
    _ = root.list("availabilityZoneInfo").compactMap { EC2.Zone($0) }
    plan(AWSNetwork.self, state)
  }

  private static let awsSeeds: [String] = {
    func ours(_ role: String) -> String {
      "<tagSet><item><key>cloudlinker.dev/backbone</key><value>n/b/u</value></item><item><key>cloudlinker.dev/role</key>"
        + "<value>\(role)</value></item><item><key>cloudlinker.dev/tags</key><value>abcdef</value></item></tagSet>"
    }
    let rule =
      "<item><ipProtocol>tcp</ipProtocol><fromPort>1</fromPort><toPort>2</toPort><ipRanges><item><cidrIp>0.0.0.0/0</cidrIp>"
      + "</item></ipRanges><groups><item><groupId>sg-1</groupId></item></groups></item>"
    let network =
      "<r><vpcSet><item><vpcId>vpc-1</vpcId><cidrBlock>10.0.0.0/16</cidrBlock><state>available</state>\(ours("vpc"))</item>"
      + "</vpcSet><subnetSet><item><subnetId>s-1</subnetId><vpcId>vpc-1</vpcId><cidrBlock>10.0.0.0/20</cidrBlock>"
      + "<availabilityZone>a</availabilityZone>\(ours("subnet-a"))</item></subnetSet><routeTableSet><item><routeTableId>rtb-1"
      + "</routeTableId><vpcId>vpc-1</vpcId><routeSet><item><destinationCidrBlock>0.0.0.0/0</destinationCidrBlock><gatewayId>"
      + "igw-1</gatewayId><state>active</state></item></routeSet><associationSet><item><routeTableAssociationId>x"
      + "</routeTableAssociationId><subnetId>s-1</subnetId></item></associationSet>\(ours("routes-a"))</item></routeTableSet>"
    let rest =
      "<natGatewaySet><item><natGatewayId>nat-1</natGatewayId><vpcId>vpc-1</vpcId><subnetId>s-1</subnetId><state>failed</state>"
      + "<failureCode>x</failureCode><createTime>2026-01-01T00:00:00Z</createTime><natGatewayAddressSet><item><allocationId>e-1"
      + "</allocationId><publicIp>1.2.3.4</publicIp></item></natGatewayAddressSet>\(ours("nat-a"))</item></natGatewaySet>"
      + "<securityGroupInfo><item><groupId>sg-1</groupId><vpcId>vpc-1</vpcId><groupName>default</groupName><ipPermissions>\(rule)"
      + "</ipPermissions></item></securityGroupInfo><flowLogSet><item><flowLogId>fl-1</flowLogId><resourceId>vpc-1</resourceId>"
      + "<logDestination>arn:aws:s3:::logs</logDestination><deliverLogsStatus>FAILED</deliverLogsStatus>\(ours("flow-log"))</item>"
      + "</flowLogSet></r>"
    return [
      network + rest,
      "<Response><Errors><Error><Code>DependencyViolation</Code><Message>m</Message></Error></Errors></Response>",
      "<r><unsuccessful><item><error><code>400</code><message>m</message></error></item></unsuccessful></r>",
    ]
  }()

  private struct GoogleSeen: Decodable {
    var network: Network?
    var subnetworks: [Subnetwork]?
    var router: Router?
    var addresses: [Address]?
    var firewalls: [Firewall]?
    var routes: [Route]?
    var operation: OperationBody?
  }

  static let googleAnswers = FuzzTarget(name: "google-answers", seeds: googleSeeds.map(\.bytes)) { input in
    check(GoogleErrors.from(response(input), operation: "compute.x.y", now: Timestamp(seconds: 0)))
    guard let found = try? JSONDecoder().decode(GoogleSeen.self, from: Data(input)) else { return }
    var seen = GoogleCloudObserved(project: "p")
    seen.network = found.network
    seen.subnetworks = found.subnetworks ?? []
    seen.router = found.router
    seen.addresses = found.addresses ?? []
    seen.firewalls = found.firewalls ?? []
    seen.routes = found.routes ?? []
    if let operation = try? found.operation?.operation("x", region: "r") { seen.operations["router"] = operation }
    plan(GoogleCloudNetwork.self, seen)
  }

  private static let googleSeeds: [String] = {
    let names = GoogleCloudNames(desired.mark)
    let link = "projects/p/global/networks/\(names.network)"
    func ours(_ role: String) -> String { GoogleCloudMark.description(desired.mark, role: role) }
    let firewall =
      #"{"name":"f","network":"\#(link)","priority":9,"direction":"EGRESS","destinationRanges":["8.0.0.0/7"],"#
      + #""allowed":[{"IPProtocol":"tcp","ports":["1-2"]}]}"#
    let subnetwork =
      #"{"name":"\#(names.subnetwork("a"))","description":"\#(ours("subnetwork/a"))","network":"\#(link)","#
      + #""ipCidrRange":"10.0.0.0/20","secondaryIpRanges":[{"rangeName":"pods","ipCidrRange":"100.64.0.0/17"}]}"#
    let address =
      #"{"name":"\#(names.address(1))","description":"\#(ours("address/1"))","address":"1.2.3.4","labelFingerprint":"f","#
      + #""labels":{"cloudlinker-tags-1":"abcdef"}}"#
    return [
      #"{"network":{"name":"\#(names.network)","description":"\#(ours("network"))"},"subnetworks":[\#(subnetwork)],"#
        + #""addresses":[\#(address)],"firewalls":[\#(firewall)],"router":{"name":"\#(names.router)","nats":[{"name":"n"}]},"#
        + #""operation":{"name":"o","status":"DONE","operationType":"insert","endTime":"2026-01-01T00:00:00.000-08:00","#
        + #""error":{"errors":[{"code":"QUOTA","message":"m"}]}}}"#,
      #"{"error":{"code":403,"message":"Required 'compute.networks.create' permission","errors":[{"reason":"forbidden"}]}}"#,
    ]
  }()

  static let azureAnswers = FuzzTarget(name: "azure-answers", seeds: azureSeeds.map(\.bytes)) { input in
    check(AzureError.make(response(input), operation: "Microsoft.Network/x/read", now: Timestamp(seconds: 0)))
    guard let found = JSONValue(parsing: input) else { return }
    func list<Object>(_ name: String, _ make: (JSONValue) -> Object) -> [Object] {
      (found[name]?.array ?? []).map(make)
    }
    var seen = AzureObserved(names: AzureNames(desired.mark, subscriptionID: "s", givenGroup: "g"))
    seen.group = found["group"].map { ResourceGroup(json: $0) }
    seen.networks = list("networks") { VirtualNetwork(json: $0) }
    seen.natGateways = list("natGateways") { NATGateway(json: $0) }
    seen.addresses = list("addresses") { PublicIPAddress(json: $0) }
    seen.firewalls = list("firewalls") { NetworkSecurityGroup(json: $0) }
    seen.routeTables = list("routeTables") { RouteTable(json: $0) }
    seen.contents = list("contents") { GenericResource(json: $0) }
    plan(AzureNetwork.self, seen)
  }

  private static let azureSeeds: [String] = {
    let names = AzureNames(desired.mark, subscriptionID: "s", givenGroup: "g")
    func object(_ role: AzureRole, _ properties: String) -> String {
      #"{"id":"\#(names.id(role))","name":"x","location":"r","etag":"e","tags":{"cloudlinker.dev-backbone":"\#(names.value)","#
        + #""cloudlinker.dev-role":"\#(role)","cloudlinker.dev-tags":"abcdef"},"properties":\#(properties)}"#
    }
    let subnet =
      #"{"id":"\#(names.id(.subnet("a")))","name":"a","properties":{"addressPrefix":"10.0.0.0/20","ipConfigurations":[{"id":"/x"}]}}"#
    let rule =
      #"{"name":"o","properties":{"priority":1,"direction":"Inbound","access":"Allow","protocol":"*","sourcePortRange":"*"}}"#
    return [
      #"{"group":{"id":"\#(names.groupID)","name":"g","location":"r"},"networks":["#
        + object(.network, #"{"addressSpace":{"addressPrefixes":["10.0.0.0/16"]},"subnets":[\#(subnet)]}"#)
        + #"],"firewalls":["#
        + object(.firewall("a"), #"{"securityRules":[\#(rule)],"provisioningState":"Failed"}"#) + #"],"natGateways":["#
        + object(.nat("a"), #"{"publicIpAddresses":[{"id":"\#(names.id(.address("a")))"}]}"#) + #"],"addresses":["#
        + object(.address("a"), #"{"ipAddress":"1.2.3.4","ipConfiguration":{"id":"/y"}}"#) + #"],"routeTables":["#
        + object(.routes, #"{"routes":[{"name":"d","properties":{"addressPrefix":"0.0.0.0/0","nextHopType":"None"}}]}"#)
        + #"],"contents":[{"id":"/z"}]}"#,
      #"{"error":{"code":"InUseSubnetCannotBeDeleted","message":"m","details":[{"message":"d"}]}}"#,
    ]
  }()

  /// A key or an environment value; after a NUL byte, a value of a Secret for AWS or Azure.
  static let credentials = FuzzTarget(
    name: "credentials",
    seeds: [
      #"{"type":"service_account","client_email":"a@b","private_key":"-----BEGIN PRIVATE KEY-----\nMIIB\n-----END PRIVATE KEY-----","#
        + #""token_uri":"https://oauth2.googleapis.com/token"}"#,
      #"{"type":"external_account","audience":"//a","subject_token_type":"t","token_url":"https://x/y","credential_source":{"file":"/f","#
        + #""format":{"type":"json","subject_token_field_name":"t"}},"service_account_impersonation_url":"https://z"}"#,
      "AKIA \n\u{0}secret",
    ].map(\.bytes)
  ) { input in
    let value = Array(input.split(separator: 0, omittingEmptySubsequences: false).last ?? [])
    func tell(_ error: CloudError) {
      check(error)
      // No message may show a secret, whatever is wrong with it. Short values are not checked, since they occur in any
      // sentence.
      let text = String(decoding: value, as: UTF8.self)
      require(text.utf8.count < 60 || !error.description.contains(text), "the secret is in \(error)")
    }
    do throws(CloudError) {
      let source = try GoogleCredentialSource(secret: ["key.json": input])
      if case .key(let key, let url) = source.kind { _ = try key.assertion(audience: url, now: Timestamp(seconds: 0)) }
    } catch { tell(error) }
    let environment = ["GOOGLE_APPLICATION_CREDENTIALS": "/f"]
    do throws(CloudError) { _ = try GoogleCredentialSource(environment: environment) { _ in input } } catch {
      tell(error)
    }
    let surroundings = AWSCredentialSource.Surroundings(region: "r", transport: CurlTransport())
    let keys = ["accessKeyId": input, "secretAccessKey": value, "roleArn": value]
    do throws(CloudError) { _ = try AWSCredentialSource(secret: keys, surroundings) } catch { tell(error) }
    let names = ["tenantId": input, "clientId": input, "clientSecret": value]
    do throws(CloudError) { _ = try AzureCredentialSource(secretData: names, subscriptionID: "s") } catch {
      tell(error)
    }
  }
}
