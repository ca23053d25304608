internal import CloudLinkerAPI
internal import ControllerRuntime
internal import Foundations
internal import Kubernetes

/// A pass that only says why nothing is done. The rest of the status stays as it was reported before.
struct RefusedPass<Object: Reporting>: KindPass {
  let object: Object
  let refusal: Refusal
  let now: Timestamp
  var obstacle: Obstacle?
  let next = ReconcileResult.done

  init(_ object: Object, _ refusal: Refusal, now: Timestamp) {
    (self.object, self.refusal, self.now) = (object, refusal, now)
  }

  func act(_ logger: Logger) async {}

  var status: Object.Status? {
    var status = object.status ?? Object.Status()
    let generation = object.metadata.generation
    var set = ConditionWriter(before: status.conditions ?? [], generation: generation, now: now)
    set.refuse(refusal)
    status.conditions = set.conditions
    status.observedGeneration = generation
    return status
  }
}
