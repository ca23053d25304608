"""What happens to a cluster without its owner asking: people in the console, the autoscaler, GKE itself."""
from . import nodes, workloads
from .refusals import not_found


def merged(value, change):
    if isinstance(value, dict) and isinstance(change, dict):
        return {**value, **{name: merged(value.get(name), inner) for name, inner in change.items()}}
    return change


def change(gke, wanted):
    """{"cluster": NAME, "nodePool"?: NAME,
    "set": {…} | "delete": true | "size": NODES, as the autoscaler does | "publicAddress": ADDRESS of the first node
    | "service" or "ingress": NAMESPACE/NAME, "address": ADDRESS of its load balancer | "disk": NAME of a volume's}"""
    cluster = next((one for one in gke.clusters.values() if one.shown["name"] == wanted["cluster"]), None)
    if not cluster:
        raise not_found(wanted["cluster"])
    if made := workloads.make(gke.store, cluster, wanted):
        return made
    if "nodePool" not in wanted:
        cluster.shown.update(merged(cluster.shown, wanted["set"]))
        return cluster.shown
    pool = cluster.pool(wanted["nodePool"])
    if "size" in wanted:
        cluster.sizes[pool["name"]] = wanted["size"]
        nodes.fill(gke.store, cluster, pool)
    if "publicAddress" in wanted:
        first = nodes.instances(gke.store, cluster, pool["name"])[0]
        gke.store.objects[first]["networkInterfaces"][0]["accessConfigs"] = [{"natIP": wanted["publicAddress"]}]
    if wanted.get("delete"):
        nodes.empty(gke.store, cluster, pool["name"])
        cluster.shown["nodePools"].remove(pool)
    pool.update(merged(pool, wanted.get("set", {})))
    return pool
