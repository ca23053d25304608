"""A real Prometheus scrapes the operator and the gateways, and has all that the alerts and boards ask for."""
import os
import re
import subprocess
import sys
import tempfile

import cluster
import clouds
import prometheus
from case import EndToEndCase
from cluster import get, kubectl
from connections import port, port_forward
from diagnosis import OPERATOR, SYSTEM
from environment import GATEWAYS
from network_policy import admits

ROOT = os.path.normpath(os.path.join(os.path.dirname(os.path.abspath(__file__)), "../.."))
sys.path += [os.path.join(ROOT, "hack", folder) for folder in ("generate.d", "monitoring.d")]
import boards  # noqa: E402
import metrics  # noqa: E402

RENDER = os.path.join(ROOT, "hack/render-boards")
OURS = re.compile(r"\b(?:cloudlinker|informer|controller_runtime|workqueue|leader_election|process|rest_client)_[a-z_]+\b")
TARGET_LABELS = {"__name__", "instance", "job", "namespace", "pod", "environment", "connection", "tunnel", "le"}


def family(name):
    return re.sub(r"_(bucket|sum|count)$", "", name)


def alerts():
    """Name and expression of each alert."""
    return [(rule["alert"], rule["expr"]) for group in prometheus.alerts()["groups"] for rule in group["rules"]]


def panels(environment):
    """Board, title and expression of each query, with the choices that a person makes at the top of a board."""
    for board in boards.load_all():
        for panel in board.panels:
            for query in panel.queries:
                yield f"{board.name}: {panel.title}", query.chosen("1m", {"environment": environment})


def metrics_in(expression):
    return {family(name) for name in OURS.findall(re.sub(r'"[^"]*"', "", expression))}


class Monitoring(EndToEndCase):
    connections = ("office", "wrong-password")
    runs = False

    def setUp(self):
        self.wait_connected("office", seconds=90)
        # Its gateway must be there when Prometheus is told of the pods.
        self.wait_condition("connection", "wrong-password", "AuthenticationFailed", 90)
        if not Monitoring.runs:
            self.addClassCleanup(Monitoring.stop)
            prometheus.start()
            Monitoring.runs = True

    @classmethod
    def stop(cls):
        """A case that is tried once more starts Prometheus again."""
        cls.runs = False
        prometheus.stop()

    def wait_scraped(self):
        """Every operator and every gateway of the connection was scraped, but for those on their way out."""
        def missing():
            pods = [*cluster.items("pods", SYSTEM, OPERATOR), *self.environment.gateway_pods("office")]
            names = {pod["metadata"]["name"] for pod in pods if not pod["metadata"].get("deletionTimestamp")}
            return names - {sample["metric"]["pod"] for sample in prometheus.query("up == 1")}
        self.wait_until("every operator and gateway is scraped", lambda: not missing(), 40, missing)

    def test_the_policies_admit_prometheus_to_the_metrics_only(self):
        source = (prometheus.NAMESPACE, get("namespace", prometheus.NAMESPACE, SYSTEM)["metadata"]["labels"])
        labels = get("pod", prometheus.NAME, prometheus.NAMESPACE)["metadata"]["labels"]
        operators = cluster.items("networkpolicies", SYSTEM)
        for pod in cluster.items("pods", SYSTEM, OPERATOR):
            self.assertTrue(admits(operators, pod, source, labels, 8080))
            self.assertFalse(admits(operators, pod, source, labels, 8081))
        gateways = cluster.items("networkpolicies", GATEWAYS)
        for pod in self.environment.gateway_pods("office"):
            self.assertTrue(admits(gateways, pod, source, labels, 15021))
            self.assertFalse(admits(gateways, pod, source, labels, 33000))

    def test_gateways_say_whose_they_are_and_certificates_when_they_end(self):
        self.wait_scraped()
        own = f'environment="{self.environment.name}"'

        def ready():
            samples = prometheus.query(f'cloudlinker_gateway_ready{{{own},connection="office"}}')
            return sorted((sample["metric"]["tunnel"], sample["value"][1]) for sample in samples)
        self.wait_until("both gateways are ready", lambda: ready() == [("a", "1"), ("b", "1")], 40, ready)

        def keys():
            samples = prometheus.query(f'cloudlinker_certificate_expiry_timestamp_seconds{{{own},secret="office-vpn"}} > time()')
            return [sample["metric"]["key"] for sample in samples]
        self.wait_until("the leader tells when the CA's certificate ends", lambda: "ca.crt" in keys(), 40, keys)
        versions = {sample["metric"]["version"] for sample in prometheus.query("cloudlinker_build_info")}
        self.assertEqual(versions, {"dev"})

    def test_every_metric_is_on_its_page_with_its_labels(self):
        self.wait_scraped()
        known = {name: set(labels) for name, (_, labels, _) in {**metrics.operator(), **metrics.gateway()}.items()}
        for sample in prometheus.ask("series", **{"match[]": '{job=~"cloudlinker-.*",__name__!~"up|scrape_.*"}'}):
            name = family(sample["__name__"])
            self.assertIn(name, known)
            self.assertEqual(set(sample) - TARGET_LABELS - known[name], set(), name)

    def make_trouble(self):
        """Some series are there only while something is wrong, in deletion, or in a cloud."""
        name = self.environment.name
        kept = port_forward("kept", name, "office", port("page", 33901))
        kept["metadata"]["finalizers"] = ["e2e.cloudlinker.dev/kept"]
        silent = port_forward("silent", name, "office", port("nobody", 33900, 9))
        network = clouds.backbone("aws", name, "10.10.0.0/16")
        network["metadata"]["annotations"] = {"cloudlinker.dev/reconcile": "plan"}  # looks, and makes nothing
        self.addCleanup(cluster.delete, silent, network)
        self.addCleanup(cluster.patch, "portforward", "kept", name, {"metadata": {"finalizers": None}})
        kubectl("apply", "--server-side", "--force-conflicts", "-f", "-", stdin=clouds.secrets(name))
        cluster.apply(kept, silent, network)
        cluster.delete(kept, wait=False)

    def test_alerts_and_boards_find_all_that_they_ask_for(self):
        self.make_trouble()
        waiting = list(panels(self.environment.name))

        def empty():
            """What has no series yet; a panel that had one is not asked again."""
            waiting[:] = [(place, expression) for place, expression in waiting if not prometheus.query(expression)]
            return waiting
        self.wait_until("every panel of the boards has a series", lambda: not empty(), 60, lambda: waiting)

        def unknown():
            there = {family(name) for name in prometheus.ask("label/__name__/values")}
            return {name: metrics_in(expression) - there for name, expression in alerts() if metrics_in(expression) - there}
        self.wait_until("every metric of the alerts is scraped", lambda: not unknown(), 40, unknown)

        def states():
            return [(rule["name"], rule["health"], rule.get("lastError"))
                    for group in prometheus.ask("rules")["groups"] for rule in group["rules"]]
        self.wait_until("every alert is evaluated", lambda: all(health == "ok" for _, health, _ in states()), 40, states)

    def draw(self):
        """Number of series of each panel, and sizes of the pictures."""
        with tempfile.TemporaryDirectory() as folder, prometheus.port_forward() as url:
            done = subprocess.run(
                [RENDER, url, folder, "--minutes", "3", "--rate", "1m", f"environment={self.environment.name}"],
                capture_output=True, text=True, timeout=240)
            self.assertEqual(done.returncode, 0, done.stderr)
            sizes = {name: os.path.getsize(os.path.join(folder, name)) for name in os.listdir(folder)}
        counts = (line.rpartition(": ") for line in done.stdout.splitlines())
        return {title: int(count) for title, _, count in counts}, sizes

    def test_both_boards_are_drawn_with_something_in_every_panel(self):
        self.make_trouble()
        counts, sizes = {}, {}

        def all_filled():
            nonlocal counts, sizes
            counts, sizes = self.draw()
            return all(counts.values())
        self.wait_until("every panel shows something", all_filled, 90, lambda: counts)
        drawn = {f"{board.name}: {panel.title}" for board in boards.load_all() for panel in board.panels}
        self.assertEqual(set(counts), drawn)
        self.assertEqual(set(sizes), {f"{board.name}.png" for board in boards.load_all()})
        self.assertGreater(min(sizes.values()), 20_000)
