"""The instances and firewall rules that a cluster has in its network."""
import secrets

from ..store import identity, link, path_of


def labels_of(cluster, pool):
    return {"goog-k8s-cluster-name": cluster.shown["name"], "goog-k8s-cluster-location": cluster.shown["location"],
            "goog-k8s-node-pool-name": pool["name"], "goog-gke-node": ""} | cluster.shown["resourceLabels"] | (
                pool["config"].get("resourceLabels", {}))


def node_tag(cluster):
    return f"gke-{cluster.shown['name']}-{cluster.tag}-node"


def instances(store, cluster, pool):
    """-> paths"""
    wanted = (cluster.shown["name"], pool)
    return [path for path, body in store.objects.items() if "/instances/" in path and (
        body.get("labels", {}).get("goog-k8s-cluster-name"), body.get("labels", {}).get("goog-k8s-node-pool-name")) == wanted]


def fill(store, cluster, pool):
    """As many instances as the pool has nodes, all new."""
    empty(store, cluster, pool["name"])
    project = cluster.path.split("/")[1]
    network, subnet = path_of(cluster.shown["network"], project), path_of(cluster.shown["subnetwork"], project)
    is_private = pool["networkConfig"]["enablePrivateNodes"]
    for number in range(cluster.sizes[pool["name"]]):
        zone = pool["locations"][number % len(pool["locations"])]
        name = f"gke-{cluster.shown['name'][:18]}-{pool['name'][:18]}-{cluster.tag}-{secrets.token_hex(2)}"
        path = f"projects/{project}/zones/{zone}/instances/{name}"
        interface = {"name": "nic0", "network": link(network), "subnetwork": link(subnet)}
        if not is_private:
            interface["accessConfigs"] = [{"type": "ONE_TO_ONE_NAT", "natIP": f"198.51.100.{next(store.addresses)}"}]
        store.objects[path] = identity("compute#instance", path) | {
            "status": "RUNNING", "networkInterfaces": [interface], "labels": labels_of(cluster, pool),
            "tags": {"items": [node_tag(cluster), *pool["config"].get("tags", [])]}}


def empty(store, cluster, pool):
    for path in instances(store, cluster, pool):
        store.remove(path)


def open_firewall(store, cluster):
    project = path_of(cluster.shown["network"], cluster.path.split("/")[1]).split("/")[1]
    subnet = store.objects[path_of(cluster.shown["subnetwork"], project)]
    for suffix, ranges in (("all", [cluster.shown["clusterIpv4Cidr"]]), ("vms", [subnet["ipCidrRange"]])):
        path = f"projects/{project}/global/firewalls/gke-{cluster.shown['name']}-{cluster.tag}-{suffix}"
        store.objects[path] = identity("compute#firewall", path) | {
            "network": cluster.shown["network"], "direction": "INGRESS", "priority": 1000, "sourceRanges": ranges,
            "allowed": [{"IPProtocol": "tcp"}], "targetTags": [node_tag(cluster)], "disabled": False}


def close_firewall(store, cluster):
    for path in list(store.objects):
        if path.rpartition("/")[2] in (f"gke-{cluster.shown['name']}-{cluster.tag}-{suffix}" for suffix in ("all", "vms")):
            store.remove(path)
