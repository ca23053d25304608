internal import CloudLinkerAPI
internal import CloudNetworks
internal import CloudResources
internal import ControllerRuntime
internal import Foundations
internal import Kubernetes

/// Taking over the network of a Backbone that is gone: after a cluster was lost, or a backup restored.
///
/// What is in the cloud bears the mark of the Backbone that made it, and in Google Cloud and Azure names are derived from
/// it. So nothing there is written: the successor goes by the former mark, for as long as it lives.
///
///     annotation    status.adopted   the Backbone          the mark
///     any           set              any                   the adopted one
///     none          none             any                   its own
///     set           none             has a network         its own; the annotation is refused
///     set           none             is being deleted      its own
///     set           none             otherwise             the annotation's, once something is found that bears it
extension Backbone {
  /// What everything of its network bears.
  var mark: OwnershipMark {
    let own = OwnershipMark(namespace: key.namespace, name: key.name, uid: metadata.uid ?? "")
    if let adopted = status?.adopted { return OwnershipMark(value: adopted) ?? own }
    return adoption ?? own
  }

  /// The mark that is still to be adopted; nil also where the annotation cannot be read. A Backbone that is being deleted
  /// adopts nothing: an annotation, which anybody may write, must not choose what is deleted.
  var adoption: OwnershipMark? {
    guard let value = metadata.annotations?[CloudLinker.Annotation.adopt], status?.adopted == nil, !isBegun,
      metadata.deletionTimestamp == nil
    else { return nil }
    return OwnershipMark(value: value)
  }

  /// Whether something of the network exists.
  var isBegun: Bool { status?.networkID != nil || status?.objects?.isEmpty == false }
}

extension BackboneFacts {
  /// Other Backbones that the mark to be adopted belongs to: the one that made the network, those that took it over and
  /// older ones that are about to.
  static func holders(of mark: OwnershipMark, among all: [Backbone], besides backbone: Backbone) -> [Backbone] {
    all.filter { other in
      other.key != backbone.key
        && (other.metadata.uid == mark.uid
          || other.mark == mark && (other.adoption == nil || Precedence.isOlder(other, backbone)))
    }
  }
}

extension BackboneChecks {
  /// An annotation that cannot be followed is refused: without it a second network would be made beside the first.
  @Sendable static func adoptionIsPossible(_ facts: BackboneFacts) -> Refusal? {
    let (backbone, field) = (facts.backbone, "metadata.annotations[\(CloudLinker.Annotation.adopt)]")
    guard let value = backbone.metadata.annotations?[CloudLinker.Annotation.adopt], value != backbone.status?.adopted
    else {
      return nil
    }
    func refuse(_ message: String) -> Refusal {
      Refusal(condition: .accepted, reason: .adoptionRefused, message: "\(field): \"\(value)\" \(message)")
    }
    guard let mark = OwnershipMark(value: value) else {
      return refuse("must be NAMESPACE/NAME/UID, as the marks in the cloud say it")
    }
    if let adopted = backbone.status?.adopted {
      return refuse("comes too late: the network of \(adopted) was taken over. Restore the annotation or remove it")
    }
    if backbone.isBegun {
      return refuse(
        "comes too late: this Backbone has a network. Remove the annotation, or delete the Backbone and create it "
          + "again with the annotation"
      )
    }
    if mark.uid == backbone.metadata.uid { return refuse("is this Backbone itself: remove the annotation") }
    if let holder = facts.markHolders.min(by: Precedence.isOlder) {
      return refuse(
        "is the network of Backbone \(holder.key), which exists: delete that one with deletionPolicy Retain first, "
          + "or remove the annotation"
      )
    }
    // With a shared identity the marks are all that tells tenants apart.
    if backbone.spec.credentialsSecretRef == nil, mark.namespace != backbone.key.namespace {
      return refuse(
        "is of another namespace: with the operator's own identity only networks of this namespace can be taken "
          + "over; name a Secret in spec.credentialsSecretRef"
      )
    }
    return nil
  }
}

/// Looks for the network that is to be taken over.
extension BackboneKind {
  /// Whether the Backbone that the mark names exists, by a live read: it may be missing in the cache only.
  func makerExists(_ mark: OwnershipMark) async throws(KubernetesError) -> Bool {
    do {
      let key = ObjectKey(namespace: mark.namespace, name: mark.name)
      return try await client.get(PartialMetadata<Backbone>.self, key).metadata.uid == mark.uid
    } catch  where error.isObjectMissing {
      return false
    }
  }

  func adoption(
    of mark: OwnershipMark,
    _ facts: BackboneFacts,
    _ work: BackbonePass.Work
  ) -> Planning<Backbone> {
    guard work.plan.report.ids.isEmpty, work.plan.problems.isEmpty else {
      return .pass(AdoptionPass(kind: self, facts: facts, mark: mark, work: work))
    }
    let refusal = Refusal(
      condition: .accepted,
      reason: .existingNotFound,
      message:
        "metadata.annotations[\(CloudLinker.Annotation.adopt)]: nothing here bears the mark \(mark.value): check the "
        + "mark, spec.region, and project, subscription or account. Nothing was created"
    )
    return refused(refusal, facts, next: .requeue(after: Self.patience * 4, jitter: 0.2))
  }
}

/// Records that the network was taken over, and changes nothing in the cloud. From the next pass on it is maintained.
struct AdoptionPass: KindPass {
  typealias Object = Backbone
  let kind: BackboneKind
  let facts: BackboneFacts
  let mark: OwnershipMark
  let work: BackbonePass.Work
  var obstacle: Obstacle?

  private var takesOver: Bool { work.plan.problems.isEmpty && !facts.isPlanOnly }

  var finalizer: FinalizerStep {
    takesOver ? .adding(BackboneKind.finalizer, to: facts.backbone.metadata) : .keep
  }

  mutating func prepare(_ logger: Logger) async {
    if takesOver { obstacle = await kind.keepCredentials(work, facts) }
  }

  func act(_ logger: Logger) async {}

  var status: BackboneStatus? {
    if let obstacle { return obstacle.isWorthTelling ? BackboneStatus(facts, .obstructed(obstacle)) : nil }
    var status = BackboneStatus(facts, .planned(work.plan, failures: []))
    guard takesOver else {
      // Ids in the status would say that the network is this Backbone's already.
      var shown = facts.backbone.status ?? BackboneStatus()
      shown.conditions = status.conditions
      shown.observedGeneration = status.observedGeneration
      shown.plan = status.plan
      return shown
    }
    status.adopted = mark.value
    return status
  }

  var next: ReconcileResult {
    if takesOver { return .requeue(after: BackboneKind.settling) }
    return .requeue(after: facts.isPlanOnly ? BackboneKind.period : BackboneKind.patience * 4, jitter: 0.2)
  }
}
