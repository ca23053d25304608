internal import CloudLinkerAPI
internal import ControllerRuntime
internal import Foundations
internal import Kubernetes

/// A pass that only reports why nothing is done. The conditions in `kept` stay, and so does the rest of the status.
struct RefusedPass<Object: Reporting>: KindPass {
  let object: Object
  let refusal: Refusal
  let kept: [ConditionType]
  let now: Timestamp
  var obstacle: Obstacle?
  let next = ReconcileResult.done

  init(_ object: Object, _ refusal: Refusal, keeping kept: [ConditionType] = [], now: Timestamp) {
    (self.object, self.refusal, self.kept, self.now) = (object, refusal, kept, now)
  }

  func act(_ logger: Logger) async {}

  var status: Object.Status? {
    var status = object.status ?? Object.Status()
    let generation = object.metadata.generation
    var set = ConditionWriter(before: status.conditions ?? [], generation: generation, now: now)
    for type in kept { set.keep(type) }
    set.refuse(refusal)
    status.conditions = set.conditions
    status.observedGeneration = generation
    return status
  }
}
