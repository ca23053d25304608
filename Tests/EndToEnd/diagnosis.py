"""What one wants to see when a case has failed."""
import os

from cluster import CommandFailed, condition, items, kubectl
from environment import GATEWAYS

SYSTEM = "cloudlinker-system"
OPERATOR = "app.kubernetes.io/name=cloudlinker-operator"
LONGEST = 60


def section(title, *arguments):
    """The end of what kubectl says."""
    try:
        lines = kubectl(*arguments).splitlines()
    except (CommandFailed, OSError) as error:
        lines = [str(error)]
    cut = [f"… {len(lines) - LONGEST} lines before"] if len(lines) > LONGEST else []
    return "\n".join([f"--- {title}", *cut, *lines[-LONGEST:]])


def diagnosis(namespace, connections):
    """Of a case that needed these connections."""
    parts = [section("objects", "-n", namespace, "get", "vpnconnections,portforwards,backbones,privateclusters,services,pods", "-o", "wide"),
             section("gateways", "-n", GATEWAYS, "get", "pods", "-o", "wide")]
    for thing in items("vpnconnections,portforwards", namespace):
        name = thing["metadata"]["name"]
        if name.removesuffix("-ports") not in connections or condition(thing).get("reason") in ("Connected", "Forwarding"):
            continue
        kind = thing["kind"]
        parts.append(section(f"{kind} {name}", "-n", namespace, "describe", kind, name))
        if kind == "VPNConnection":
            labels = f"cloudlinker.dev/namespace={namespace},cloudlinker.dev/connection={name}"
            parts.append(section(f"its gateways' log", "-n", GATEWAYS, "logs", "-l", labels, "--prefix", "--tail=30"))
    parts.append(section("events", "-n", namespace, "get", "events", "--sort-by=.lastTimestamp"))
    parts.append(section("operator", "-n", SYSTEM, "logs", "-l", OPERATOR,
                         "--prefix", "--tail=40"))
    parts.append(f"--- more in {os.environ.get('XDG_RUNTIME_DIR', '/tmp')}/cloudlinker-{{testbed,company}}")
    return "\n".join(parts)
