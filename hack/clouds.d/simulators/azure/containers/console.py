"""What happens to a cluster without its owner asking: people in the portal, the autoscaler, AKS itself, workloads."""
import uuid

from ...messages import Refusal
from ..kinds import key
from ..store import etag


def merged(value, change):
    if isinstance(value, dict) and isinstance(change, dict):
        return {name: inner for name, inner in {
            **value, **{name: merged(value.get(name), inner) for name, inner in change.items()}}.items() if inner is not None}
    return change


def balance(nodes, cluster, service, address):
    """What AKS makes for a Service of type LoadBalancer."""
    name = f"a{uuid.uuid5(uuid.NAMESPACE_URL, service).hex}"
    address = address or nodes.put(
        cluster, "Microsoft.Network/publicIPAddresses", f"kubernetes-{name}",
        {"ipAddress": "203.0.113.9", "publicIPAllocationMethod": "Static"}, sku={"name": "Standard"},
        tags={"k8s-azure-service": service, "k8s-azure-cluster-name": "kubernetes"})
    identifier = f"{nodes.group(cluster)}/providers/Microsoft.Network/loadBalancers/kubernetes"
    old = nodes.store.resources.get(key(identifier))
    frontends = old["properties"]["frontendIPConfigurations"] if old else []
    frontend = {"id": f"{identifier}/frontendIPConfigurations/{name}", "name": name,
                "properties": {"publicIPAddress": {"id": address}, "provisioningState": "Succeeded"}}
    nodes.put(cluster, "Microsoft.Network/loadBalancers", "kubernetes", {"frontendIPConfigurations": [*frontends, frontend]},
              sku={"name": "Standard"})
    return nodes.store.resources[key(identifier)]


def change(containers, wanted):
    """{"cluster": ID, "pool"?: NAME, "set": {…properties} | "tags": {…} | "delete": true | "blocked": true (no upgrade is offered)
    | "add": {profile of a pool} | "disk": NAME | "publicAddress": NAME | "service": NAMESPACE/NAME of a load balancer, whose "address" may be elsewhere: ID}"""
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
    elif "service" in wanted:
        return balance(nodes, cluster, wanted["service"], wanted.get("address"))
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
