import CloudResources
import Testing

@testable import CloudClusters

struct ClusterMemoryTests {
  @Test func whatIsRememberedOfObjectsThatAreGoneIsForgotten() {
    var ledger = Ledger()
    ledger.ids = ["cluster": "main", "node-pool-a": "a", "node-group-a-1": "a-1", "add-on-coredns": "coredns"]
    let kept: Set<String> = [
      "ran-cluster", "as-wanted-node-pool-a", "workload-ids", "as-wanted-scaling-tags-a-1",
      "as-wanted-cluster-group", "failed-add-on-coredns", "active",
    ]
    let gone: Set<String> = [
      "ran-node-pool-b", "as-wanted-node-pool-b", "failed-node-pool-b", "as-wanted-scaling-tags-b-1",
      "failed-add-on-adot", "as-wanted-role-auto-node", "as-wanted-entry-arn:aws:iam::1:role/ann",
    ]
    for key in kept.union(gone) { ledger.settled[key] = "0" }
    ledger.forgetOthers()
    #expect(Set(ledger.settled.keys) == kept)
  }
}
