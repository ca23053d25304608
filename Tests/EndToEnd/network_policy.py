"""Whom NetworkPolicies admit and let out, by the rules of networking.k8s.io/v1: the testbed's network enforces none."""
import ipaddress


def selects(selector, labels):
    """Whether a LabelSelector matches; an empty one matches everything."""
    for key, value in (selector.get("matchLabels") or {}).items():
        if labels.get(key) != value:
            return False
    for rule in selector.get("matchExpressions") or []:
        values, value = rule.get("values") or [], labels.get(rule["key"])
        holds = {"In": value in values, "NotIn": value not in values, "Exists": rule["key"] in labels,
                 "DoesNotExist": rule["key"] not in labels}[rule["operator"]]
        if not holds:
            return False
    return True


def peer_matches(peer, own_namespace, namespace, pod_labels):
    """`namespace` is a pair of name and labels; a peer without a namespaceSelector means the policy's own namespace."""
    name, labels = namespace
    if "ipBlock" in peer:
        return False
    if "namespaceSelector" in peer:
        if not selects(peer["namespaceSelector"], labels):
            return False
    elif name != own_namespace:
        return False
    return "podSelector" not in peer or selects(peer["podSelector"], pod_labels)


def admits(policies, pod, namespace, pod_labels, port, protocol="TCP"):
    """Whether a pod with `pod_labels` in `namespace` may connect to `pod`, an object, at that port."""
    applying = [policy for policy in policies
                if policy["metadata"]["namespace"] == pod["metadata"]["namespace"]
                and "Ingress" in policy["spec"].get("policyTypes", ["Ingress"])
                and selects(policy["spec"]["podSelector"], pod["metadata"]["labels"])]
    if not applying:
        return True
    for policy in applying:
        for rule in policy["spec"].get("ingress") or []:
            ports, peers = rule.get("ports"), rule.get("from")
            if ports and not any(entry.get("protocol", "TCP") == protocol and entry.get("port", port) == port
                                 for entry in ports):
                continue
            if not peers or any(peer_matches(peer, policy["metadata"]["namespace"], namespace, pod_labels)
                                for peer in peers):
                return True
    return False


def lets_out(policies, pod, address):
    """Whether `pod`, an object, may connect to an address outside the cluster at every port."""
    applying = [policy["spec"] for policy in policies
                if policy["metadata"]["namespace"] == pod["metadata"]["namespace"]
                and "Egress" in policy["spec"].get("policyTypes", [])
                and selects(policy["spec"]["podSelector"], pod["metadata"]["labels"])]
    return not applying or any(
        not rule.get("ports") and (not rule.get("to") or any(block_holds(peer.get("ipBlock"), address) for peer in rule["to"]))
        for spec in applying for rule in spec.get("egress") or [])


def block_holds(block, address):
    if not block:
        return False
    address = ipaddress.ip_address(address)
    return address in ipaddress.ip_network(block["cidr"]) and not any(
        address in ipaddress.ip_network(part) for part in block.get("except") or [])
