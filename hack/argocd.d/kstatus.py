"""kstatus's rules, in order, as status.Compute of sigs.k8s.io/cli-utils has them for a kind that it does not know. Flux and
kpt judge custom resources by them.

    the object                                    status
    has metadata.deletionTimestamp                Terminating
    has status.observedGeneration of another      InProgress
      generation than metadata.generation
    first of its conditions that is True:
      Reconciling                                 InProgress
      Stalled                                     Failed
    has Ready True                                Current
    has Ready False or Unknown                    InProgress
    otherwise                                     Current
"""


def compute(thing):
    if "deletionTimestamp" in thing["metadata"]:
        return "Terminating"
    status = thing.get("status", {})
    generation = thing["metadata"].get("generation")
    if "observedGeneration" in status and status["observedGeneration"] != generation:
        return "InProgress"
    conditions = status.get("conditions", [])
    for condition in conditions:
        if condition["status"] == "True" and condition["type"] in ("Reconciling", "Stalled"):
            return "InProgress" if condition["type"] == "Reconciling" else "Failed"
    for condition in conditions:
        if condition["type"] == "Ready" and condition["status"] in ("False", "Unknown"):
            return "InProgress"
    return "Current"
