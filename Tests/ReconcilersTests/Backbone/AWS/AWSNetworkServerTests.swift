import AWS
import Cloud
import CloudResources
import FoundationEssentials
import Foundations
import HTTPTransport
import Testing

@testable import CloudNetworks
@testable import Reconcilers

/// In the suite of all clouds' lifecycles, because those reset the simulator.
extension BackboneLifecycleTests {
  /// Over HTTP, with a server that somebody else wrote: `CLOUDS_AWS_URL=http://127.0.0.1:4566`. `hack/clouds up aws`
  /// starts one; any moto will do. Keys are `AWS_ACCESS_KEY_ID` and `AWS_SECRET_ACCESS_KEY`, else the simulator's.
  @Suite(.enabled(if: ProcessInfo.processInfo.environment["CLOUDS_AWS_URL"] != nil), .serialized)
  struct AWSNetworkServerTests {
    private let environment = ProcessInfo.processInfo.environment
    private var credentials: AWSCredentialSource {
      AWSCredentialSource(
        AWSCredentials(
          accessKeyID: environment["AWS_ACCESS_KEY_ID"] ?? "AKIASIMULATOR",
          secretAccessKey: environment["AWS_SECRET_ACCESS_KEY"] ?? "simulatorsecret"
        )
      )
    }
    private func query(_ service: String, version: String) -> QueryClient {
      QueryClient(
        endpoint: AWSEndpoint(service: service, region: "eu-west-1", override: environment["CLOUDS_AWS_URL"]),
        version: version,
        credentials: credentials,
        transport: CurlTransport(),
        budget: RequestBudget(perSecond: 1000, burst: 1000)
      )
    }

    @Test func theServerKnowsWhoWeAre() async throws {
      let identity = try await STSClient(query("sts", version: STSClient.version)).callerIdentity()
      #expect(identity.account.count == 12 && identity.arn.hasPrefix("arn:aws:"))
    }

    /// By every way to credentials that are not in a Secret; only the simulator has them all.
    @Test(arguments: ["instance", "pod", "web identity", "role"]) func credentialsAreFoundAndGood(way: String)
      async throws
    {
      let url = try #require(environment["CLOUDS_AWS_URL"])
      let surroundings = AWSCredentialSource.Surroundings(region: "eu-west-1", transport: CurlTransport(), stsURL: url)
      let source: AWSCredentialSource
      let file = FileManager.default.temporaryDirectory.appendingPathComponent(
        "aws-token-\(UInt64.random(in: 0 ... .max))"
      )
      defer { try? FileManager.default.removeItem(at: file) }
      // {"alg":"none"}.{"exp":9999999999}.sig
      try Data("eyJhbGciOiJub25lIn0.eyJleHAiOjk5OTk5OTk5OTl9.c2ln\n".utf8).write(to: file)
      switch way {
      case "instance":
        source = try AWSCredentialSource(environment: ["AWS_EC2_METADATA_SERVICE_ENDPOINT": url + "/"], surroundings)
      case "pod":
        let variables = [
          "AWS_CONTAINER_CREDENTIALS_FULL_URI": url + "/v1/credentials",
          "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE": file.path,
        ]
        source = try AWSCredentialSource(environment: variables, surroundings)
      case "web identity":
        let variables = ["AWS_ROLE_ARN": "arn:aws:iam::123456789012:role/x", "AWS_WEB_IDENTITY_TOKEN_FILE": file.path]
        source = try AWSCredentialSource(environment: variables, surroundings)
      default: source = credentials.assuming("arn:aws:iam::123456789012:role/x", externalID: "e1", surroundings)
      }
      #expect(try await source.credentials().sessionToken != nil)
      var client = query("ec2", version: EC2Client.version)
      client.service.credentials = source
      #expect(try await EC2Client(client).zones().isEmpty == false)
    }

    @Test(arguments: [DesiredNetwork.Egress.Addresses.perZone, .shared, .none])
    func aNetworkComesStaysAndGoes(addresses: DesiredNetwork.Egress.Addresses) async throws {
      let network = AWSNetwork(ec2: EC2Client(query("ec2", version: EC2Client.version)), recent: RecentlyMade())
      var desired = AWSBench(zones: ["a", "b", "c"]).desired
      desired.mark.uid = "\(UInt64.random(in: 0 ... .max))"
      desired.egress.addresses = addresses
      #expect(try await network.zones() == ["eu-west-1a", "eu-west-1b", "eu-west-1c"])
      let made = try await settle(network, &desired, .present)
      #expect(AWSBench.unready(made) == [] && made.problems.isEmpty)
      #expect(made.report.egressAddresses.count == (addresses == .perZone ? 3 : addresses == .shared ? 1 : 0))
      #expect(try await settle(network, &desired, .absent).isGone)
    }

    private func settle(_ network: AWSNetwork, _ desired: inout DesiredNetwork, _ goal: NetworkGoal) async throws
      -> NetworkPlan<AWSNetworkAction>
    {
      for _ in 0..<200 {
        do throws(CloudError) {
          let plan = AWSNetwork.plan(desired, goal: goal, try await network.gather(desired, goal), now: .now())
          desired.ledger = plan.report.ledger
          if plan.actions.isEmpty && plan.waiting.isEmpty && plan.later.isEmpty { return plan }
          var ledger = Ledger()
          for action in plan.actions { try await network.perform(action, desired, &ledger) }
          guard plan.actions.isEmpty else { continue }
        } catch {
          guard error.isTransient else { throw error }
        }
        // A server's own time passes only by itself.
        try await Task.sleep(for: .milliseconds(100))
      }
      throw CloudError(.failed, operation: "test", message: "not settled after 200 reconciles")
    }
  }
}
