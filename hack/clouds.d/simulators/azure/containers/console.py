"""What happens to a cluster without its owner asking: people in the portal, the autoscaler, AKS itself, workloads."""
from ...messages import Refusal
from ..kinds import key
from ..store import etag


def merged(value, change):
    if isinstance(value, dict) and isinstance(change, dict):
        return {name: inner for name, inner in {
            **value, **{name: merged(value.get(name), inner) for name, inner in change.items()}}.items() if inner is not None}
    return change


def change(containers, wanted):
    """{"cluster": ID, "pool"?: NAME, "set": {…properties} | "tags": {…} | "delete": true | "blocked": true (no upgrade is offered)
    | "add": {profile of a pool} | "disk": NAME | "publicAddress": NAME of a load balancer's}"""
    clusters = containers.clusters
    cluster = containers.store.resources.get(key(wanted["cluster"]))
    if not cluster:
        raise Refusal(404, "ResourceNotFound", f"no cluster {wanted['cluster']}")
    nodes, pools = clusters.nodes, cluster["properties"]["agentPoolProfiles"]
    cluster["eTag"] = etag()
    if "blocked" in wanted:
        (clusters.blocked.add if wanted["blocked"] else clusters.blocked.discard)(cluster["id"])
    elif "disk" in wanted:
        nodes.put(cluster, "Microsoft.Compute/disks", wanted["disk"], {"diskSizeGB": 8})
    elif "publicAddress" in wanted:
        nodes.put(cluster, "Microsoft.Network/publicIPAddresses", wanted["publicAddress"],
                  {"ipAddress": "203.0.113.9", "publicIPAllocationMethod": "Static"}, sku={"name": "Standard"})
    elif "add" in wanted:
        pools.append({"provisioningState": "Succeeded", "eTag": etag(), "count": 1,
                      "currentOrchestratorVersion": cluster["properties"]["currentKubernetesVersion"]} | wanted["add"])
    elif "pool" in wanted:
        pool = clusters.pool_of(cluster, wanted["pool"])
        if wanted.get("delete"):
            nodes.empty(cluster, pool)
            pools.remove(pool)
            return {}
        new = merged(pool, wanted["set"])
        pool.clear()
        pool.update(new)
        pool["eTag"] = etag()
        nodes.fill(cluster, pool)
        return pool
    elif "tags" in wanted:
        cluster["tags"] = wanted["tags"]
    else:
        cluster["properties"] = merged(cluster["properties"], wanted["set"])
    return cluster
