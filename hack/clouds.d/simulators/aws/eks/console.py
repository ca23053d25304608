"""What happens to a cluster without its owner asking: people in the console, an autoscaler, its workloads, EKS itself."""
from .auto_mode import fill_auto_nodes
from .entry import not_found


def merged(value, change):
    if isinstance(value, dict) and isinstance(change, dict):
        return {**value, **{name: merged(value.get(name), inner) for name, inner in change.items()}}
    return change


def change(eks, network, wanted):
    """{"cluster": NAME, "region"?, "nodeGroup"? | "addOn"? | "accessEntry"?: NAME,
    "set": {…} | "delete": true | "insights": […] | "autoNodes": NUMBER, as pods need them
    | "publicAddress": ADDRESS of the first node; without nodeGroup, of Auto Mode's}"""
    cluster = eks.clusters.get((network.region_name, wanted["cluster"]))
    if not cluster:
        raise not_found(f"No cluster found for name: {wanted['cluster']}.")
    if "insights" in wanted:
        cluster.insights = wanted["insights"]
        return cluster.shown
    if "autoNodes" in wanted:
        fill_auto_nodes(cluster, network, wanted["autoNodes"])
        return cluster.shown
    holders = {"nodeGroup": cluster.groups, "addOn": cluster.add_ons, "accessEntry": cluster.entries}
    kind = next((name for name in holders if name in wanted), None)
    found = holders[kind][wanted[kind]] if kind else cluster
    if "publicAddress" in wanted:
        network.enis[found.nodes[0]].public_ip = wanted["publicAddress"]
        return found.shown
    if wanted.get("delete"):
        holders[kind].pop(wanted[kind])
        return {}
    if isinstance(found, dict):
        found.update(merged(found, wanted["set"]))
        return found
    found.shown.update(merged(found.shown, wanted["set"]))
    if kind == "nodeGroup" and "scalingConfig" in wanted["set"]:
        eks.fill(found)
    return found.shown
