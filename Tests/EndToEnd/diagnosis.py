"""What one wants to see when a case has failed."""
import os

from cluster import CommandFailed, condition, items, kubectl
from environment import GATEWAYS

SYSTEM = "cloudlinker-system"
LONGEST = 120


def section(title, *arguments):
    """The end of what kubectl says."""
    try:
        lines = kubectl(*arguments).splitlines()
    except (CommandFailed, OSError) as error:
        lines = [str(error)]
    cut = [f"… {len(lines) - LONGEST} lines before"] if len(lines) > LONGEST else []
    return "\n".join([f"--- {title}", *cut, *lines[-LONGEST:]])


def diagnosis(namespace):
    parts = [section("objects", "-n", namespace, "get", "vpnconnections,portforwards,services,pods", "-o", "wide"),
             section("gateways", "-n", GATEWAYS, "get", "pods", "-o", "wide")]
    troubled = [thing for thing in items("vpnconnections,portforwards", namespace)
                if condition(thing).get("reason") not in ("Connected", "Forwarding")]
    for thing in troubled[:4]:
        kind, name = thing["kind"], thing["metadata"]["name"]
        parts.append(section(f"{kind} {name}", "-n", namespace, "describe", kind, name))
        if kind == "VPNConnection":
            labels = f"cloudlinker.dev/namespace={namespace},cloudlinker.dev/connection={name}"
            parts.append(section(f"its gateways' log", "-n", GATEWAYS, "logs", "-l", labels, "--prefix", "--tail=30"))
    parts.append(section("events", "-n", namespace, "get", "events", "--sort-by=.lastTimestamp"))
    parts.append(section("operator", "-n", SYSTEM, "logs", "-l", f"app.kubernetes.io/name=cloudlinker-operator",
                         "--prefix", "--tail=40"))
    parts.append(f"--- more in {os.environ.get('XDG_RUNTIME_DIR', '/tmp')}/cloudlinker-{{testbed,company}}")
    return "\n".join(parts)
