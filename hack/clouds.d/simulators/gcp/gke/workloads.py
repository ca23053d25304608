"""What controllers inside a cluster make for workloads. GKE deletes it with the cluster if it can; here it always stays."""
import hashlib
import ipaddress
import json

from ..store import identity, path_of
from .nodes import node_tag


def digest(text, length):
    return hashlib.sha256(text.encode()).hexdigest()[:length]


def make(store, cluster, wanted):
    """-> {"paths": [...]}, or None where nothing of a workload is wanted"""
    if "service" in wanted:
        made = service(cluster, wanted["service"], wanted["address"])
    elif "ingress" in wanted:
        made = ingress(cluster, wanted["ingress"], wanted["address"])
    elif "disk" in wanted:
        made = [disk(cluster, wanted["disk"])]
    else:
        return None
    for path, kind, body in made:
        store.objects[path] = identity(kind, path) | body
    return {"paths": [path for path, _, _ in made]}


def firewall(cluster, name, **body):
    project = path_of(cluster.shown["network"], cluster.path.split("/")[1]).split("/")[1]
    return f"projects/{project}/global/firewalls/{name}", "compute#firewall", {
        "network": cluster.shown["network"], "direction": "INGRESS", "priority": 1000, "disabled": False,
        "allowed": [{"IPProtocol": "tcp", "ports": ["443"]}], "targetTags": [node_tag(cluster)], **body}


def service(cluster, name, address):
    """A network load balancer, external or internal by its address."""
    project, location, own = cluster.path.split("/")[1], cluster.shown["location"], f"a{digest(cluster.path + name, 31)}"
    is_internal = ipaddress.ip_address(address).is_private
    body = {"IPAddress": address, "loadBalancingScheme": "INTERNAL" if is_internal else "EXTERNAL",
            "description": json.dumps({"kubernetes.io/service-name": name})}
    if is_internal:
        body |= {"network": cluster.shown["network"], "subnetwork": cluster.shown["subnetwork"]}
    purpose = json.dumps({"kubernetes.io/service-name": name, "kubernetes.io/service-ip": address})
    return [(f"projects/{project}/regions/{location}/forwardingRules/{own}", "compute#forwardingRule", body),
            firewall(cluster, f"k8s-fw-{own}", description=purpose, sourceRanges=["0.0.0.0/0"])]


def ingress(cluster, name, address):
    """An application load balancer with an endpoint group in each zone of the first pool."""
    project, own, where = cluster.path.split("/")[1], digest(cluster.path, 16), name.replace("/", "-")
    groups = [(f"projects/{project}/zones/{zone}/networkEndpointGroups/k8s1-{own[:8]}-{where}-80-{digest(name, 8)}",
               "compute#networkEndpointGroup", {"network": cluster.shown["network"], "subnetwork": cluster.shown["subnetwork"],
                                                "networkEndpointType": "GCE_VM_IP_PORT", "size": 0})
              for zone in cluster.shown["nodePools"][0]["locations"]]
    rule = (f"projects/{project}/global/forwardingRules/k8s2-fr-{own[:8]}-{where}-{digest(name, 8)}", "compute#forwardingRule", {
        "IPAddress": address, "loadBalancingScheme": "EXTERNAL", "description": json.dumps({"kubernetes.io/ingress-name": name})})
    return [*groups, rule, firewall(cluster, f"k8s-fw-l7--{own}", sourceRanges=["130.211.0.0/22", "35.191.0.0/16"])]


def disk(cluster, name):
    """Of a PersistentVolume."""
    project = cluster.path.split("/")[1]
    zone = cluster.shown["nodePools"][0]["locations"][0]
    return f"projects/{project}/zones/{zone}/disks/{name}", "compute#disk", {
        "sizeGb": "8", "status": "READY", "labels": {
            "goog-k8s-cluster-name": cluster.shown["name"], "goog-k8s-cluster-location": cluster.shown["location"],
            "goog-gke-volume": "", **cluster.shown["resourceLabels"]}}
