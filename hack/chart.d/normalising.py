"""What may differ between the chart and manifests/, with the reason. Everything else must be equal."""
import json

from rendering import NAMESPACE, key

# Helm's own account of what belongs to a release.
HELM_LABELS = {
    "helm.sh/chart", "app.kubernetes.io/instance", "app.kubernetes.io/version", "app.kubernetes.io/managed-by",
}
# What `helm uninstall` leaves, and what only `helm test` makes.
HELM_ANNOTATIONS = {"helm.sh/resource-policy"}
IMAGES = "cloudlinker-images-"


def normalised(things):
    """The objects by key, without the permitted differences."""
    images = {}
    for thing in things:
        # kustomize hands the gateway's image on in a ConfigMap, because it cannot replace a part of an argument.
        if key(thing)[0] == "ConfigMap" and key(thing)[2].startswith(IMAGES):
            images = thing["data"]
    result = {}
    for thing in things:
        thing = json.loads(json.dumps(thing))
        if is_left_out(thing):
            continue
        normalise_metadata(thing)
        if "rules" in thing:
            thing["rules"].sort(key=lambda rule: json.dumps(rule, sort_keys=True))
        if thing["kind"] == "Deployment":
            normalise_deployment(thing, images)
        result[key(thing)] = thing
    return result


def is_left_out(thing):
    kind, _, name = key(thing)
    if kind == "ConfigMap" and name.startswith(IMAGES):
        return True
    # `helm install --create-namespace` makes the release's namespace: a release that held it could not be stored there.
    if kind == "Namespace" and name == NAMESPACE:
        return True
    return "helm.sh/hook" in thing["metadata"].get("annotations", {})


def normalise_metadata(thing):
    metadata = thing["metadata"]
    labels = {name: value for name, value in metadata.pop("labels", {}).items() if name not in HELM_LABELS}
    # Helm's conventions ask for the name on every object; manifests/ has it where something selects by it.
    if thing["kind"] != "Deployment":
        labels.pop("app.kubernetes.io/name", None)
    annotations = {
        name: value for name, value in metadata.pop("annotations", {}).items() if name not in HELM_ANNOTATIONS
    }
    if labels:
        metadata["labels"] = labels
    if annotations:
        metadata["annotations"] = annotations


def normalise_deployment(thing, images):
    for container in thing["spec"]["template"]["spec"]["containers"]:
        for name, image in images.items():
            container["args"] = [argument.replace(f"$({name})", image) for argument in container["args"]]
            container["env"] = [entry for entry in container["env"] if entry["name"] != name]
        container["args"].sort()  # the order of flags means nothing
