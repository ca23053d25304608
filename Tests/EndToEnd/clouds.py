"""The clouds' simulators, which hack/e2e starts: what a console would show, and the Secrets that lead there."""
import json
import os
import subprocess
import urllib.request

ADDRESS = "10.200.0.1"  # as in hack/demo.d/clouds.sh
PORTS = {"aws": 4566, "gcp": 4567, "azure": 4568, "twingate": 4569}
NETWORKS = ["aws", "gcp", "azure"]
"""Those with Backbones."""
CLOUDS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../hack/clouds")


def door(cloud, name):
    with urllib.request.urlopen(f"http://{ADDRESS}:{PORTS[cloud]}/_sim/{name}", timeout=10) as answer:
        return answer.read().decode()


def counts():
    """How many objects of each kind stand in each cloud; a kind that has none is not there."""
    states = {cloud: json.loads(door(cloud, "state")) for cloud in NETWORKS}
    return {cloud: {kind: count for kind, count in state.items() if count} for cloud, state in states.items()}


def findings():
    """What of the operator's requests is not in the vendors' descriptions."""
    lines = [json.loads(line) for cloud in NETWORKS for line in door(cloud, "requests").splitlines()]
    return [line for line in lines if line.get("findings")]


def secrets(namespace):
    environment = {**os.environ, "CLOUDS_ADDRESS": ADDRESS}
    done = subprocess.run([CLOUDS, "secrets", namespace], env=environment, capture_output=True, text=True, check=True)
    return done.stdout


def backbone(cloud, namespace, cidr, zones=2):
    """As a customer writes it, with the Secret of the cloud's name."""
    options = {
        "aws": {"provider": "AWS", "region": "eu-west-1"},
        "gcp": {"provider": "GCP", "region": "europe-west1", "gcp": {"project": "acme-production"}},
        "azure": {"provider": "Azure", "region": "westeurope",
                  "azure": {"subscriptionID": "33333333-3333-3333-3333-333333333333"}},
    }[cloud]
    egress = {"addresses": "Shared", "allow": [{"cidr": "0.0.0.0/0", "protocol": "TCP", "ports": [443]}]}
    return {"apiVersion": "cloudlinker.dev/v1alpha1", "kind": "Backbone",
            "metadata": {"name": cloud, "namespace": namespace},
            "spec": {"credentialsSecretRef": {"name": cloud}, "network": {"cidr": cidr, "zones": zones},
                     "egress": egress, **options}}


def private_cluster(cloud, namespace):
    """As small as it can be, in the Backbone of the cloud's name."""
    machine = {"aws": "m6i.large", "gcp": "e2-standard-4", "azure": "Standard_D4s_v5"}[cloud]
    spec = {"backboneRef": {"name": cloud}, "version": "1.33",
            "nodePools": [{"name": "general", "machineType": machine, "minSize": 2, "maxSize": 4}]}
    if cloud == "gcp":
        spec["gcp"] = {"nodeServiceAccount": "nodes@acme-production.iam.gserviceaccount.com"}
    return {"apiVersion": "cloudlinker.dev/v1alpha1", "kind": "PrivateCluster",
            "metadata": {"name": cloud, "namespace": namespace}, "spec": spec}
