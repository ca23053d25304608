"""A real Prometheus scrapes the operator and the gateways."""
import os
import re
import sys

import cluster
import prometheus
from case import EndToEndCase
from cluster import get
from diagnosis import OPERATOR, SYSTEM
from environment import GATEWAYS
from network_policy import admits

ROOT = os.path.normpath(os.path.join(os.path.dirname(os.path.abspath(__file__)), "../.."))
sys.path.append(os.path.join(ROOT, "hack/generate.d"))
import metrics  # noqa: E402

TARGET_LABELS = {"__name__", "instance", "job", "namespace", "pod", "environment", "connection", "tunnel", "le"}


def family(name):
    return re.sub(r"_(bucket|sum|count)$", "", name)


class Monitoring(EndToEndCase):
    connections = ("office",)
    runs = False

    def setUp(self):
        self.wait_connected("office", seconds=90)
        if not Monitoring.runs:
            self.addClassCleanup(prometheus.stop)
            prometheus.start()
            Monitoring.runs = True

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
