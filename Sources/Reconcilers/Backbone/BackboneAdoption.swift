internal import CloudLinkerAPI
internal import CloudNetworks
internal import CloudResources
internal import ControllerRuntime
internal import Foundations
internal import Kubernetes

/// Takes over the network of a Backbone that no longer exists: after a cluster was lost, or a backup restored.
///
/// Objects in the cloud bear the mark of the Backbone that created them, and in Google Cloud and Azure names are
/// derived from it. Nothing in the cloud is rewritten: the successor uses the former mark as long as it lives.
///
///     annotation    status.adopted   the Backbone          the mark
///     any           set              any                   the adopted one
///     none          none             any                   its own
///     set           none             has a network         its own; the annotation is refused
///     set           none             is being deleted      its own
///     set           none             otherwise             the annotation's, once something that bears it is found
extension Backbone {
  /// The mark of everything in its network.
  var mark: OwnershipMark {
    let own = OwnershipMark(namespace: key.namespace, name: key.name, uid: metadata.uid ?? "")
    if let adopted = status?.adopted { return OwnershipMark(value: adopted) ?? own }
    return adoption ?? own
  }

  /// The mark that is yet to be adopted; nil if there is none or the annotation cannot be parsed. A Backbone that is
  /// being deleted adopts nothing, because an annotation, which anybody may write, must not choose what is deleted.
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
  /// Other Backbones to which the mark belongs: the one that created the network, those that took it over, and older
  /// ones that are about to.
  static func holders(of mark: OwnershipMark, among all: [Backbone], besides backbone: Backbone) -> [Backbone] {
    all.filter { other in
      other.key != backbone.key
        && (other.metadata.uid == mark.uid
          || other.mark == mark && (other.adoption == nil || Precedence.isOlder(other, backbone)))
    }
  }
}

extension BackboneChecks {
  /// Refuses an annotation that cannot be followed. Otherwise a second network would be created beside the first.
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
    // With a shared identity, only the marks separate tenants.
    if backbone.spec.credentialsSecretRef == nil, mark.namespace != backbone.key.namespace {
      return refuse(
        "is of another namespace: with the operator's own identity only networks of this namespace can be taken "
          + "over; name a Secret in spec.credentialsSecretRef"
      )
    }
    return nil
  }
}

/// Looks for the network to take over.
extension BackboneKind {
  /// Whether the Backbone that the mark names exists. A live read, because it may only be missing in the cache.
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

/// Records that the network was taken over, and changes nothing in the cloud. The next pass maintains it.
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
      // Ids in the status would mean that this Backbone has the network already.
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
