import Cloud
import CloudLinkerAPI
import CloudResources
import Foundations
import Kubernetes
import KubernetesTesting
import Testing

@testable import ControllerRuntime
@testable import Reconcilers

@Suite(.timeLimit(.minutes(10))) struct BackboneReconcilerTests {
  let world = BackboneWorld()

  private func settle() async throws {
    for _ in 0..<3 { try await world.reconcile() }
    world.cloud.state.withLock { $0.isGatewayPending = false }
    try await world.reconcile()
  }

  @Test func aNetworkIsMadeAndThenLeftAlone() async throws {
    #expect(try await world.reconcile() == .requeue(after: BackboneKind.settling))
    #expect(world.backbone?.metadata.finalizers == [BackboneKind.finalizer])
    #expect(try await world.reconcile() == .requeue(after: BackboneKind.patience))
    #expect(world.condition(.ready)?.message == "gateway id-5 is pending")
    #expect(world.condition(.reconciling)?.status == "True")
    world.cloud.state.withLock { $0.isGatewayPending = false }
    try await world.reconcile()
    #expect(world.condition(.ready)?.status == "True")
    #expect(world.status?.egress == "203.0.113.7")
    #expect(world.status?.subnets?.map(\.cidr) == ["10.10.0.0/19", "10.10.32.0/19", "10.10.64.0/19"])
    try await world.reconcile()
    let written = world.server.calls.count
    world.cloud.state.withLock { $0.calls = [] }
    try await world.reconcile()
    #expect(world.cloud.state.withLock { $0.calls } == ["gather"], "its zones are known, and nothing is done")
    #expect(world.server.calls.count == written)
  }

  /// The process crashes after each call to the cloud in turn: what it made is found, nothing is made twice.
  @Test(arguments: 1...5) func aPassAfterACrashContinuesFromWhatExists(calls: Int) async throws {
    let count = Locked(0)
    world.cloud.state.withLock {
      $0.fault = { name in
        guard name.hasPrefix("create") else { return nil }
        return count.withLock { count in
          count += 1
          return count > calls ? CloudError(.transport, operation: name, message: "the process crashed") : nil
        }
      }
    }
    try await world.reconcile()
    #expect(world.cloud.state.withLock { $0.objects.count } == calls)
    world.cloud.state.withLock { $0.fault = { _ in nil } }
    try await settle()
    #expect(world.cloud.state.withLock { $0.objects.count } == 5)
    #expect(world.cloud.state.withLock { $0.count } == 5)
    #expect(world.condition(.ready)?.status == "True")
  }

  @Test func nothingIsMadeBeforeTheFinalizerStands() async throws {
    world.server.setFault { $0.hasPrefix("patch") ? KubernetesError(.transport, "connection refused") : nil }
    await #expect(throws: KubernetesError.self) { try await world.reconcile() }
    #expect(world.cloud.state.withLock { $0.objects.isEmpty })
  }

  @Test func planModeReportsAndDoesNothing() async throws {
    world.change { $0.metadata.annotations = [CloudLinker.Annotation.reconcile: CloudLinker.Annotation.reconcilePlan] }
    try await world.reconcile()
    #expect(
      world.status?.plan == [
        "add finalizer cloudlinker.dev/backbone", "create network", "create subnet-a", "create subnet-b",
        "create subnet-c", "create gateway",
      ]
    )
    #expect(world.condition(.ready)?.reason == "PlanOnly")
    #expect(world.cloud.state.withLock { $0.objects.isEmpty })
    #expect(world.backbone?.metadata.finalizers == nil)
  }

  @Test func deletionWaitsUntilNothingIsLeft() async throws {
    try await settle()
    world.change { $0.metadata.deletionTimestamp = world.time.timestamp }
    world.cloud.state.withLock {
      $0.fault = { name in
        name == "delete network"
          ? CloudError(.inUse, operation: "ec2:DeleteVpc", code: "DependencyViolation", message: "eni-1 is in it") : nil
      }
    }
    try await world.reconcile()
    #expect(world.condition(.ready)?.reason == "InUse")
    #expect(world.condition(.ready)?.message.contains("eni-1 is in it") == true)
    #expect(world.backbone?.metadata.finalizers == [BackboneKind.finalizer])
    world.cloud.state.withLock { $0.fault = { _ in nil } }
    try await world.reconcile()
    try await world.reconcile()
    #expect(world.cloud.state.withLock { $0.objects.isEmpty })
    #expect(world.backbone?.metadata.finalizers?.isEmpty != false)
  }

  @Test func whatIsRetainedLosesOurMarksOnly() async throws {
    world.change { $0.spec.deletionPolicy = .retain }
    try await settle()
    world.change { $0.metadata.deletionTimestamp = world.time.timestamp }
    world.cloud.state.withLock { $0.calls = [] }
    try await world.reconcile()
    #expect(world.cloud.state.withLock { $0.calls }.filter { $0.hasPrefix("delete") } == [])
    #expect(world.cloud.state.withLock { $0.calls }.contains("release network"))
  }

  @Test func aThrottledLookChangesNothingOfWhatIsKnown() async throws {
    try await settle()
    let before = world.status
    world.cloud.state.withLock {
      $0.fault = { CloudError(.throttled, operation: $0, message: "slow down", retryAfter: .seconds(7)) }
    }
    #expect(try await world.reconcile() == .requeue(after: .seconds(7)))
    #expect(world.status == before)
  }

  /// What is missing shows, and only in its own part.
  @Test func aRepairThatIsThrottledMakesThePartUntrueAndReadyToo() async throws {
    try await settle()
    world.cloud.state.withLock { state in
      state.objects["gateway"] = nil
      state.fault = { $0 == "create gateway" ? CloudError(.throttled, operation: $0, message: "slow down") : nil }
    }
    #expect(try await world.reconcile() == .requeueWithBackoff)
    #expect(world.condition(.egressReady)?.reason == "CloudUnavailable")
    #expect(world.condition(.egressReady)?.message.contains("slow down") == true)
    #expect(world.condition(.subnetsReady)?.status == "True")
    #expect(world.condition(.ready)?.status == "False" && world.condition(.ready)?.reason == "CloudUnavailable")
    #expect(world.status?.objects?["network"] != nil && world.status?.objects?["gateway"] == nil)
  }

  /// Another writer was faster, or another change is under way: nothing is wrong with the cloud.
  @Test func aConflictIsReadAgainAtOnce() async throws {
    try await settle()
    world.cloud.state.withLock { state in
      state.objects["gateway"] = nil
      state.fault = { name in
        name == "create gateway" ? CloudError(.conflict, operation: name, code: "Etag", message: "changed") : nil
      }
    }
    #expect(try await world.reconcile() == .requeueWithBackoff)
    for type in [ConditionType.ready, .egressReady] {
      #expect(world.condition(type)?.status == "False" && world.condition(type)?.reason == "Progressing")
      #expect(
        world.condition(type)?.message.contains("Etag: changed: it is read again and tried again at once") == true
      )
    }
    #expect(world.condition(.stalled) == nil && world.condition(.reconciling)?.status == "True")
    world.cloud.state.withLock { state in
      state.fault = { name in
        name == "create gateway"
          ? CloudError(.conflict, operation: name, message: "busy", retryAfter: .seconds(9)) : nil
      }
    }
    #expect(try await world.reconcile() == .requeue(after: .seconds(9)))
  }

  @Test func whatDoesNotNeedAFailedActionIsDone() async throws {
    world.cloud.state.withLock {
      $0.fault = { $0 == "create subnet-a" ? CloudError(.quota, operation: $0, message: "too many") : nil }
    }
    #expect(try await world.reconcile() == .requeue(after: BackboneKind.settling))
    #expect(world.cloud.state.withLock { $0.objects.keys.sorted() } == ["gateway", "network", "subnet-b", "subnet-c"])
    #expect(world.condition(.subnetsReady)?.reason == "QuotaExceeded")
    #expect(world.condition(.ready)?.reason == "QuotaExceeded" && world.condition(.stalled)?.status == "True")
  }

  /// Until the spec was carried out once, what is missing is nobody's interference.
  @Test func onlyWhatChangesAfterTheSpecWasReachedIsDrift() async throws {
    try await settle()
    #expect(world.status?.reachedGeneration == 1)
    world.change { $0.metadata.generation = 2 }
    world.cloud.state.withLock { state in
      state.objects["gateway"] = nil
      state.fault = { $0 == "create gateway" ? CloudError(.conflict, operation: $0, message: "busy") : nil }
    }
    try await world.reconcile()
    #expect(world.status?.observedGeneration == 2 && world.status?.reachedGeneration == 1)
    world.cloud.state.withLock { $0.fault = { _ in nil } }
    try await settle()
    world.cloud.state.withLock { $0.objects["subnet-a"] = nil }
    try await world.reconcile()
    #expect(await world.notes("DriftRepaired") == ["subnet-a was deleted"])
  }

  @Test func whatSomeoneRevertsAgainAndAgainIsNamedAndSlowed() async throws {
    try await settle()
    var pauses: [ReconcileResult] = []
    for _ in 0..<5 {
      world.cloud.state.withLock { state in
        state.objects["subnet-a"] = nil
        state.isGatewayPending = false
      }
      pauses.append(try await world.reconcile())
    }
    #expect(pauses == [2, 2, 4, 8, 16].map { .requeue(after: .seconds($0)) })
    let notes = await world.notes("DriftFought")
    #expect(notes.contains { $0.hasPrefix("create subnet-a was done 3 times") }, "\(notes)")
  }

  @Test func aNetworkThatWasNotSeenForLongIsUnknownAndNamesTheLastSighting() async throws {
    try await settle()
    let seen = world.time.timestamp
    world.cloud.state.withLock { $0.fault = { CloudError(.unavailable, operation: $0, message: "try later") } }
    world.time.advance(by: .seconds(1700))
    try await world.reconcile()
    #expect(world.condition(.ready)?.status == "True")
    world.time.advance(by: .seconds(200))
    try await world.reconcile()
    #expect(world.condition(.ready)?.status == "Unknown")
    #expect(world.condition(.ready)?.reason == "CloudUnavailable")
    #expect(world.condition(.ready)?.message.contains("last seen at \(seen), over 30 min ago") == true)
    world.server.forgetCalls()
    world.time.advance(by: .seconds(600))
    try await world.reconcile()
    #expect(world.server.calls.filter { !$0.hasPrefix("get") } == [], "the same silence is no news")
    world.cloud.state.withLock { $0.fault = { _ in nil } }
    try await world.reconcile()
    #expect(world.condition(.ready)?.status == "True")
  }

  @Test func aNetworkThatFailsForLongSaysSinceWhen() async throws {
    try await settle()
    let seen = world.time.timestamp
    world.cloud.state.withLock { $0.fault = { CloudError(.forbidden, operation: $0, message: "not authorized") } }
    world.time.advance(by: .seconds(60))
    try await world.reconcile()
    #expect(world.condition(.ready)?.message.contains("last seen") == false)
    world.time.advance(by: .seconds(3600))
    try await world.reconcile()
    #expect(world.condition(.ready)?.message.hasSuffix("The network was last seen before \(seen)") == true)
    #expect(world.reconciler.kind.sights.longestUnseen(now: world.time.timestamp) == 3660)
    world.change { $0.spec.suspend = true }
    try await world.reconcile()
    #expect(world.reconciler.kind.sights.longestUnseen(now: world.time.timestamp) == 0, "nobody looks")
  }

  @Test(arguments: ["patch Backbone", "get Secret", "list Node"])
  func whatTheAPIServerRefusesIsReported(call: String) async throws {
    world.change { $0.spec.credentialsSecretRef = LocalReference(name: "aws-keys") }
    let secret = Secret(metadata: ObjectMeta(name: "aws-keys", namespace: "production"), type: "Opaque", data: [:])
    _ = world.secrets.put(PartialMetadata(metadata: world.server.put(secret).metadata))
    world.server.setFault { $0.hasPrefix(call) ? KubernetesError(.serverError, status: 500, "no leader") : nil }
    await #expect(throws: KubernetesError.self) { try await world.reconcile() }
    #expect(world.condition(.ready)?.status == "False")
    #expect(world.condition(.ready)?.reason == "APIError")
    #expect(world.condition(.ready)?.message.contains("no leader") == true)
    #expect(world.cloud.state.withLock { $0.objects.isEmpty })
  }

  @Test func aFinalizerThatCannotBeRemovedIsReported() async throws {
    try await settle()
    world.change { $0.metadata.deletionTimestamp = world.time.timestamp }
    for _ in 0..<3 { try await world.reconcile() }
    world.server.setFault { $0.hasPrefix("patch") ? KubernetesError(.forbidden, status: 403, "not permitted") : nil }
    world.change { $0.metadata.finalizers = [BackboneKind.finalizer] }
    await #expect(throws: KubernetesError.self) { try await world.reconcile() }
    #expect(world.condition(.ready)?.reason == "Deleting")
    #expect(world.condition(.ready)?.message.contains("not permitted") == true)
  }

  @Test func whatMayNotBeListedIsReportedInPlanMode() async throws {
    world.change { $0.metadata.annotations = [CloudLinker.Annotation.reconcile: CloudLinker.Annotation.reconcilePlan] }
    world.server.setFault { call in
      call.hasPrefix("list Node") ? KubernetesError(.forbidden, status: 403, "not permitted") : nil
    }
    try await world.reconcile()
    #expect(world.condition(.accepted)?.message.contains("the operator may not list nodes") == true)
  }

  @Test func aMissingPermissionIsNamedAndTheCureToo() async throws {
    world.cloud.state.withLock {
      $0.fault = { name in
        name == "create network"
          ? CloudError(.forbidden, operation: "ec2:CreateVpc", code: "UnauthorizedOperation", message: "not authorized")
          : nil
      }
    }
    try await world.reconcile()
    let ready = world.condition(.ready)
    #expect(ready?.reason == "PermissionMissing")
    #expect(ready?.message.hasPrefix("ec2:CreateVpc is not permitted") == true)
    #expect(ready?.message.contains("manifests/permissions") == true)
    #expect(world.condition(.stalled)?.status == "True")
  }

  @Test func credentialsThatAreRefusedAreLoggedAndTheCureIsNamed() async throws {
    world.cloud.state.withLock { $0.fault = { CloudError(.unauthenticated, operation: $0, message: "no such key.") } }
    try await settle()
    let message = world.condition(.ready)?.message ?? ""
    #expect(message.contains("no such key: correct the Secret that spec.credentialsSecretRef"), "\(message)")
    let lines = world.logged.withLock { $0.filter { $0.contains("WARNING could not look at the network") } }
    #expect(lines.first?.contains("no such key") == true)
  }

  @Test func aSecretThatIsNotThereIsNamed() async throws {
    world.change { $0.spec.credentialsSecretRef = LocalReference(name: "aws-keys") }
    try await world.reconcile()
    #expect(world.condition(.dependenciesReady)?.reason == "SecretNotFound")
    #expect(world.condition(.ready)?.message.contains("\"aws-keys\"") == true)
    #expect(world.cloud.state.withLock { $0.calls.isEmpty })
  }

  /// Somebody's mistake elsewhere must not leave a hole open in a network that exists.
  @Test func aNetworkThatExistsIsMaintainedDespiteAConflict() async throws {
    try await settle()
    var connection = Fixture.connection()
    connection.spec.remoteNetworks = ["10.0.0.0/8"]
    connection.metadata.creationTimestamp = Timestamp(seconds: 1)
    _ = world.connections.put(connection)
    world.cloud.state.withLock { $0.objects["gateway"] = nil }
    try await world.reconcile()
    #expect(world.cloud.state.withLock { $0.objects["gateway"] } != nil)
    world.cloud.state.withLock { $0.isGatewayPending = false }
    try await world.reconcile()
    #expect(world.condition(.accepted)?.reason == "RangeConflict")
    #expect(world.condition(.accepted)?.message.contains("The network exists, and is maintained") == true)
    #expect(world.condition(.ready)?.status == "True")
  }

  @Test func nothingIsMadeThatConflicts() async throws {
    var connection = Fixture.connection()
    connection.spec.remoteNetworks = ["10.0.0.0/8"]
    connection.metadata.creationTimestamp = Timestamp(seconds: 1)
    _ = world.connections.put(connection)
    try await world.reconcile()
    #expect(world.condition(.ready)?.reason == "RangeConflict")
    #expect(world.cloud.state.withLock { $0.calls } == [])
  }

  @Test(arguments: [true, false])
  func whatWasSeenOfThePartsStaysWhileNothingIsDone(isSuspended: Bool) async throws {
    try await settle()
    world.change { backbone in
      if isSuspended { backbone.spec.suspend = true } else { backbone.spec.region = "eu-west-9" }
    }
    try await world.reconcile()
    #expect(world.condition(.ready)?.reason == (isSuspended ? "Suspended" : "InvalidSpec"))
    #expect(world.condition(.networkReady)?.status == "True" && world.condition(.firewallReady)?.status == "True")
  }

  @Test func planModeSaysThatADeletionWaits() async throws {
    try await settle()
    world.change { backbone in
      backbone.metadata.deletionTimestamp = world.time.timestamp
      backbone.metadata.annotations = [CloudLinker.Annotation.reconcile: CloudLinker.Annotation.reconcilePlan]
    }
    try await world.reconcile()
    #expect(world.condition(.ready)?.reason == "PlanOnly")
    #expect(world.condition(.ready)?.message.contains("the deletion waits until the annotation is removed") == true)
    #expect(world.condition(.reconciling) == nil)
    #expect(world.cloud.state.withLock { $0.objects.count } == 5)
  }

  @Test func whatIsSuspendedIsLeftAlone() async throws {
    try await settle()
    world.change { $0.spec.suspend = true }
    world.cloud.state.withLock {
      $0.objects["gateway"] = nil
      $0.calls = []
    }
    try await world.reconcile()
    #expect(world.condition(.ready)?.reason == "Suspended")
    #expect(world.cloud.state.withLock { $0.calls.isEmpty })
  }
}
