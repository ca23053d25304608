"""A Prometheus in the cluster: Debian's program, which the nodes share with this machine, told by our PodMonitors what to
scrape, as the Prometheus operator would tell it, and with our alerts as its rules. Debian builds it without discovery in
Kubernetes, so it is told of the pods that are there, with the labels that the discovery gives them."""
import contextlib
import json
import os
import re
import subprocess

import cluster
from cluster import condition, get, kubectl, wait_until

MANIFESTS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../manifests/monitoring")
NAMESPACE = "monitoring"
NAME = "prometheus"
PROGRAM = "/usr/bin/prometheus"
INTERVAL = "2s"


def documents(name):
    with open(os.path.join(MANIFESTS, name), encoding="utf-8") as file:
        return cluster.from_yaml(file.read())


def label(name):
    """A label's name in Prometheus' discovery."""
    return "__meta_kubernetes_pod_label_" + "".join(letter if letter.isalnum() else "_" for letter in name)


def scrape_config(monitor, endpoint):
    """What the Prometheus operator makes of an endpoint of a PodMonitor."""
    spec, name = monitor["spec"], monitor["metadata"]["name"]
    namespaces = spec.get("namespaceSelector", {}).get("matchNames", [monitor["metadata"]["namespace"]])
    kept = {label(key): value for key, value in spec["selector"]["matchLabels"].items()}
    kept["__meta_kubernetes_pod_container_port_name"] = endpoint["port"]
    rules = [{"action": "keep", "source_labels": [source], "regex": value} for source, value in kept.items()]
    rules += [{"source_labels": [f"__meta_kubernetes_{source}"], "target_label": target}
              for source, target in (("namespace", "namespace"), ("pod_name", "pod"))]
    rules += [{"source_labels": rule["sourceLabels"], "target_label": rule["targetLabel"]}
              for rule in endpoint.get("relabelings", [])]
    found = [target for namespace in namespaces for pod in cluster.items("pods", namespace) for target in targets(pod)]
    return {"job_name": name, "static_configs": found, "relabel_configs": rules}


def targets(pod):
    """What Prometheus' discovery makes of a pod (role: pod): a target for each port of its containers."""
    metadata, address = pod["metadata"], pod["status"].get("podIP")
    if not address or metadata.get("deletionTimestamp"):
        return
    labels = {"__meta_kubernetes_namespace": metadata["namespace"], "__meta_kubernetes_pod_name": metadata["name"],
              **{label(key): value for key, value in (metadata.get("labels") or {}).items()}}
    for container in pod["spec"]["containers"]:
        for port in container.get("ports") or []:
            yield {"targets": [f"{address}:{port['containerPort']}"],
                   "labels": {**labels, "__meta_kubernetes_pod_container_port_name": port.get("name", "")}}


def configuration():
    scrapes = [scrape_config(monitor, endpoint) for monitor in documents("podmonitors.yaml")
               for endpoint in monitor["spec"]["podMetricsEndpoints"]]
    return {"global": {"scrape_interval": INTERVAL, "evaluation_interval": INTERVAL},
            "rule_files": ["/etc/prometheus/alerts.json"], "scrape_configs": scrapes}


def alerts():
    return {"groups": [group for rule in documents("alerts.yaml") for group in rule["spec"]["groups"]]}


def objects():
    metadata = {"name": NAME, "namespace": NAMESPACE}
    files = {"prometheus.json": json.dumps(configuration()), "alerts.json": json.dumps(alerts())}
    container = {
        "name": NAME, "image": "localhost/cloudlinker-client:dev", "imagePullPolicy": "IfNotPresent",
        "command": [PROGRAM, "--config.file=/etc/prometheus/prometheus.json", "--storage.tsdb.path=/data"],
        "readinessProbe": {"httpGet": {"path": "/-/ready", "port": 9090}, "periodSeconds": 1},
        "volumeMounts": [{"name": "program", "mountPath": PROGRAM, "readOnly": True},
                         {"name": "files", "mountPath": "/etc/prometheus"}, {"name": "data", "mountPath": "/data"}]}
    volumes = [{"name": "program", "hostPath": {"path": PROGRAM, "type": "File"}},
               {"name": "files", "configMap": {"name": NAME}}, {"name": "data", "emptyDir": {}}]
    return [
        {"apiVersion": "v1", "kind": "Namespace",
         "metadata": {"name": NAMESPACE, "labels": {"kubernetes.io/metadata.name": NAMESPACE}}},
        {"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata, "data": files},
        {"apiVersion": "v1", "kind": "Pod", "metadata": {**metadata, "labels": {"app": NAME}},
         "spec": {"automountServiceAccountToken": False, "terminationGracePeriodSeconds": 0, "containers": [container],
                  "volumes": volumes, "securityContext": {"fsGroup": 65532}}}]


def start():
    """Scrapes the pods that are there now."""
    stop()
    cluster.apply(*objects())
    wait_until("Prometheus is ready", lambda: condition(get("pod", NAME, NAMESPACE)).get("status") == "True", 60)


def stop():
    kubectl("-n", NAMESPACE, "delete", "pod", NAME, "--ignore-not-found", "--timeout=60s", timeout=70)


def ask(path, **parameters):
    """The data of an answer of Prometheus' API."""
    words = [word for key, value in parameters.items() for word in ("--data-urlencode", f"{key}={value}")]
    text = kubectl("-n", NAMESPACE, "exec", NAME, "--", "curl", "-sSG", "--max-time", "10",
                   f"http://127.0.0.1:9090/api/v1/{path}", *words)
    answer = json.loads(text)
    if answer["status"] != "success":
        raise cluster.CommandFailed(f"Prometheus: {path} {parameters}: {answer['error']}")
    return answer["data"]


def query(expression):
    return ask("query", query=expression)["result"]


@contextlib.contextmanager
def port_forward():
    """The URL at which this machine reaches it, until the block ends."""
    command = ["kubectl", "-n", NAMESPACE, "port-forward", f"pod/{NAME}", ":9090"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        number = re.search(r"127\.0\.0\.1:(\d+) ->", process.stdout.readline())
        if not number:
            raise cluster.CommandFailed("kubectl port-forward to Prometheus ended")
        yield f"http://127.0.0.1:{number[1]}"
    finally:
        process.terminate()
        process.wait()
