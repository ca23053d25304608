"""The Pod Security standard "restricted", as https://kubernetes.io/docs/concepts/security/pod-security-standards has it:
Kubernetes 1.20 does not enforce it."""

VOLUMES = {"configMap", "csi", "downwardAPI", "emptyDir", "ephemeral", "persistentVolumeClaim", "projected", "secret"}


def violations(spec):
    """What of a pod's spec the standard refuses, in words."""
    found = [f"{field} is set" for field in ("hostNetwork", "hostPID", "hostIPC") if spec.get(field)]
    for volume in spec.get("volumes") or []:
        kinds = set(volume) - {"name"}
        if not kinds <= VOLUMES:
            found.append(f"volume {volume['name']} is a {', '.join(kinds - VOLUMES)}")
    pod = spec.get("securityContext") or {}
    if pod.get("sysctls"):
        found.append("sysctls are set")
    for container in spec["containers"] + (spec.get("initContainers") or []):
        found += [f"container {container['name']}: {words}" for words in container_violations(container, pod)]
    return found


def container_violations(container, pod):
    own = container.get("securityContext") or {}

    def effective(field):
        return own.get(field, pod.get(field))
    capabilities = own.get("capabilities") or {}
    if own.get("privileged"):
        yield "privileged"
    if own.get("allowPrivilegeEscalation") is not False:
        yield "allowPrivilegeEscalation is not false"
    if effective("runAsNonRoot") is not True:
        yield "runAsNonRoot is not true"
    if effective("runAsUser") == 0:
        yield "runs as user 0"
    if (effective("seccompProfile") or {}).get("type") not in ("RuntimeDefault", "Localhost"):
        yield "no seccomp profile"
    if "ALL" not in (capabilities.get("drop") or []):
        yield "does not drop ALL capabilities"
    if set(capabilities.get("add") or []) - {"NET_BIND_SERVICE"}:
        yield f"adds capabilities {capabilities['add']}"
    if own.get("procMount", "Default") != "Default":
        yield "procMount is not Default"
    if any(port.get("hostPort") for port in container.get("ports") or []):
        yield "uses a port of the host"
