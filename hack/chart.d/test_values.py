import unittest

from rendering import Refused, flags_of_the_operator, key, leaves, nested, read, template, values

DIGEST = "sha256:" + "a" * 64
SECRETS = [{"name": "registry"}]
LABELS = {"team": "network"}
EGRESS = [{"ports": [{"port": 443}]}]
TOLERATIONS = [{"key": "dedicated", "operator": "Exists"}]
SPREAD = [{"maxSkew": 1, "topologyKey": "zone", "whenUnsatisfiable": "ScheduleAnyway"}]
CONFIG_MAP = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "more"}}
NAME = "cloudlinker-operator"


def labels(thing):
    return thing["metadata"].get("labels", {})


def annotations(thing):
    return thing["metadata"].get("annotations", {})


def flag(path, value, expected):
    return path, value, lambda it: it.flags.count(expected)


def monitors(it):
    return [thing for thing in it.all if thing["kind"] == "PodMonitor"]


# Path, the value to set, and what must be true of the objects then, and must not be with the default. A dict in place
# of the path sets several values.
CASES = [
    ("global.imageRegistry", "r.example.com", lambda it: it.container["image"].startswith("r.example.com/cloudlinker-o")
     and "--gateway-image=r.example.com/cloudlinker-gateway:dev" in it.flags),
    ("global.imagePullSecrets", SECRETS, lambda it: it.pod.get("imagePullSecrets") == SECRETS
     and it.test_pod["imagePullSecrets"] == SECRETS
     and "registry" in it.classes.get("default", "")),
    ("global.commonLabels", LABELS, lambda it: all(labels(thing).get("team") for thing in it.all)
     and it.deployment["spec"]["template"]["metadata"]["labels"]["team"]),
    ("crds.enabled", False, lambda it: it.find("CustomResourceDefinition", "backbones.cloudlinker.dev") is None),
    ("crds.keep", False, lambda it: not annotations(it.find("CustomResourceDefinition", "backbones.cloudlinker.dev"))),
    ("replicaCount", 3, lambda it: it.deployment["spec"]["replicas"] == 3),
    ("image.repository", "a/b", lambda it: it.container["image"] == "localhost/a/b:dev"),
    ("image.tag", "1.0", lambda it: it.container["image"] == "localhost/cloudlinker-operator:1.0"),
    ("image.digest", DIGEST, lambda it: it.container["image"] == f"localhost/cloudlinker-operator@{DIGEST}"),
    ("image.pullPolicy", "Always", lambda it: it.container["imagePullPolicy"] == "Always"),
    ("gateway.namespace.name", "gw", lambda it: it.find("Namespace", "gw") and it.find("LimitRange", "cloudlinker-gateways", "gw")
     and it.find("Role", NAME, "gw") and it.find("RoleBinding", NAME, "gw") and it.find("NetworkPolicy", "default-deny", "gw")
     and "--gateway-namespace=gw" in it.flags and it.find("Pod", f"{NAME}-test", "gw")),
    ("gateway.namespace.create", False, lambda it: it.find("Namespace", "cloudlinker-gateways") is None),
    ("gateway.namespace.keep", False, lambda it: not annotations(it.find("Namespace", "cloudlinker-gateways"))
     and not annotations(it.find("NetworkPolicy", "default-deny"))),
    ("gateway.namespace.labels", LABELS, lambda it: labels(it.find("Namespace", "cloudlinker-gateways")).get("team")),
    ("gateway.namespace.annotations", LABELS, lambda it: annotations(it.find("Namespace", "cloudlinker-gateways")).get("team")),
    flag("gateway.image.repository", "a/b", "--gateway-image=localhost/a/b:dev"),
    flag("gateway.image.tag", "1.0", "--gateway-image=localhost/cloudlinker-gateway:1.0"),
    flag("gateway.image.digest", DIGEST, f"--gateway-image=localhost/cloudlinker-gateway@{DIGEST}"),
    flag("gateway.image.pullPolicy", "Never", "--gateway-image-pull-policy=Never"),
    flag("gateway.allowedImages", ["ghcr.io/acme"], "--allowed-gateway-image=ghcr.io/acme"),
    flag("gateway.allowedConnectorImages", ["ghcr.io/acme/connector"], "--allowed-connector-image=ghcr.io/acme/connector"),
    ("gateway.classes", {"default": {"nodeSelector": {"pool": "network"}, "tolerations": TOLERATIONS}}, lambda it:
     "pool: network" in it.classes.get("default", "")
     and it.test_pod["nodeSelector"] == {"pool": "network"} and it.test_pod["tolerations"] == TOLERATIONS),
    flag("gateway.silenceSeconds", 60, "--gateway-silence=60"),
    ("scope.namespaces", ["production"], lambda it: "--namespace=production" in it.flags
     and it.find("Role", "cloudlinker-environment", "production") and it.find("ClusterRole", NAME) is None
     and it.find("Role", f"{NAME}-leader")["rules"][1]["resourceNames"] == [f"{NAME}-production"]),
    flag("cluster.domain", "corp.local", "--cluster-domain=corp.local"),
    flag("cluster.dnsNamespace", "dns", "--dns-namespace=dns"),
    flag("cluster.ranges", ["10.0.0.0/8"], "--cluster-range=10.0.0.0/8"),
    flag("clouds.ownIdentity", False, "--own-cloud-identity=false"),
    flag("clouds.nodeIdentity", True, "--node-cloud-identity=true"),
    flag("clouds.clusterID", "eu-1", "--cluster-id=eu-1"),
    ("clouds.identities", {"production": {"gcp": {"projects": ["acme-production"]}}}, lambda it:
     "acme-production" in str(it.find("ConfigMap", "cloudlinker-cloud-identities"))),
    flag("clouds.requestsPerSecond", 20, "--cloud-requests-per-second=20"),
    flag("clouds.endpoints", {"ec2": "https://ec2.example.com"}, "--cloud-endpoint=ec2=https://ec2.example.com"),
    flag("limits.connections", 5, "--max-connections-per-namespace=5"),
    flag("limits.gateways", 6, "--max-gateways-per-namespace=6"),
    flag("limits.forwards", 50000, "--max-forwards-per-namespace=50000"),
    flag("concurrency", 4, "--concurrency=4"),
    flag("leaderElection.enabled", False, "--leader-election=false"),
    flag("leaderElection.leaseDuration", 30, "--lease-duration=30"),
    flag("leaderElection.renewDeadline", 20, "--lease-renew-deadline=20"),
    flag("leaderElection.retryPeriod", 4, "--lease-retry-period=4"),
    flag("log.level", "debug", "--log-level=debug"),
    flag("log.format", "json", "--log-format=json"),
    ("metrics.scrapeFrom", "prometheus", lambda it: "prometheus" in str(it.find("NetworkPolicy", NAME)["spec"]["ingress"])),
    flag("metrics.scrapeGateways", True, "--monitoring-namespace=monitoring"),
    ("metrics.podMonitor.enabled", True, lambda it: len(monitors(it)) == 2 and "--monitoring-namespace=monitoring" in it.flags),
    ({"metrics": {"podMonitor": {"enabled": True, "interval": "15s", "labels": LABELS}}}, None, lambda it: monitors(it)
     and all(labels(it).get("team") and it["spec"]["podMetricsEndpoints"][0]["interval"] == "15s" for it in monitors(it))),
    ("alerts.enabled", True, lambda it: "docs/alerts.md#noleader" in it.runbooks),
    ({"alerts": {"enabled": True, "labels": LABELS, "runbookBase": "https://g.example.com/main/"}}, None, lambda it:
     "https://g.example.com/main/docs/alerts.md#noleader" in it.runbooks
     and labels(it.find("PrometheusRule", "cloudlinker")).get("team")),
    ("dashboards.enabled", True, lambda it: it.find("ConfigMap", "cloudlinker-environment-dashboard")),
    ({"dashboards": {"enabled": True, "labels": LABELS}}, None, lambda it: any(
        labels(thing).get("team") for thing in it.all if key(thing)[2] == "cloudlinker-operator-dashboard")),
    ("networkPolicy.enabled", False, lambda it: it.find("NetworkPolicy", NAME) is None),
    ("networkPolicy.egress", EGRESS, lambda it: it.find("NetworkPolicy", NAME)["spec"].get("egress") == EGRESS
     and "Egress" in it.find("NetworkPolicy", NAME)["spec"]["policyTypes"]),
    ("podDisruptionBudget.enabled", False, lambda it: it.find("PodDisruptionBudget", NAME) is None),
    ("podDisruptionBudget.maxUnavailable", "50%", lambda it: it.find("PodDisruptionBudget", NAME)["spec"]["maxUnavailable"] == "50%"),
    ("rbac.create", False, lambda it: it.find("Role", NAME) is None and it.find("ClusterRole", NAME) is None
     and it.find("ClusterRole", "cloudlinker-view")),
    ("rbac.aggregate", False, lambda it: it.find("ClusterRole", "cloudlinker-view") is None
     and it.find("ClusterRole", "cloudlinker-edit") is None and it.find("ClusterRole", NAME)),
    ({"serviceAccount": {"create": False, "name": "theirs"}}, None, lambda it: it.find("ServiceAccount", NAME) is None
     and it.pod["serviceAccountName"] == "theirs"),
    ("serviceAccount.name", "other", lambda it: it.find("ServiceAccount", "other") and it.pod["serviceAccountName"] == "other"
     and {binding["subjects"][0]["name"] for binding in it.all if binding["kind"].endswith("Binding")} == {"other"}),
    ("serviceAccount.annotations", LABELS, lambda it: annotations(it.find("ServiceAccount", NAME)).get("team")),
    ("serviceAccount.labels", LABELS, lambda it: labels(it.find("ServiceAccount", NAME)).get("team")),
    ("podAnnotations", LABELS, lambda it: it.deployment["spec"]["template"]["metadata"]["annotations"].get("team")),
    ("podLabels", LABELS, lambda it: it.deployment["spec"]["template"]["metadata"]["labels"].get("team")),
    ("resources", {"limits": {"memory": "1Gi"}}, lambda it: it.container["resources"]["limits"]["memory"] == "1Gi"),
    ("nodeSelector", LABELS, lambda it: it.pod.get("nodeSelector") == LABELS),
    ("tolerations", TOLERATIONS, lambda it: it.pod.get("tolerations") == TOLERATIONS),
    ("affinity", {"nodeAffinity": {}}, lambda it: it.pod["affinity"] == {"nodeAffinity": {}}),
    ("topologySpreadConstraints", SPREAD, lambda it: it.pod.get("topologySpreadConstraints") == SPREAD),
    ("priorityClassName", "system", lambda it: it.pod.get("priorityClassName") == "system"),
    ("uninstall.check", False, lambda it: it.find("Job", f"{NAME}-uninstall-check") is None),
    ("demo.enabled", True, lambda it: it.find("VPNConnection", "office", "cloudlinker-demo")
     and it.find("PortForward", "hello", "cloudlinker-demo") and it.find("Deployment", "company", "cloudlinker-demo-company")),
    ({"demo": {"enabled": True, "namespace": "try"}}, None, lambda it: it.find("Deployment", "app", "try")
     and "company.try-company.svc.cluster.local" in str(it.find("VPNConnection", "office", "try"))),
    ("extraArgs", ["--context=c"], lambda it: it.flags[-1] == "--context=c"),
    ("extraEnv", [{"name": "A", "value": "b"}], lambda it: {"name": "A", "value": "b"} in it.container["env"]),
    ("extraVolumes", [{"name": "v", "emptyDir": {}}], lambda it: it.pod.get("volumes")),
    ("extraVolumeMounts", [{"name": "v", "mountPath": "/v"}], lambda it: it.container.get("volumeMounts")),
    ("extraObjects", [CONFIG_MAP], lambda it: it.find("ConfigMap", "more")),
]
# Flags that no value sets: extraArgs can, and a pod of this chart has no use for them.
NO_VALUE = {"kubeconfig", "context", "listen", "gateway-classes", "cloud-identities"}
# Maps that a user fills; their defaults are one value.
WHOLE = {"podAnnotations", "resources", "dashboards.labels"}


def paths():
    for path, default in leaves(values()):
        yield next((whole for whole in WHOLE if path.startswith(whole + ".")), path), default


class ValuesTests(unittest.TestCase):
    def test_every_value_changes_what_it_says(self):
        # Most of the time goes to the CRDs, which few values are about.
        default, whole = template({"crds": {"enabled": False}}), template()
        for path, value, is_so in CASES:
            with self.subTest(path=path):
                tree = path if isinstance(path, dict) else nested(path, value)
                is_about_crds = str(path).startswith(("crds", "global.commonLabels"))
                if not is_about_crds:
                    tree = {**tree, "crds": {"enabled": False}}
                self.assertFalse(is_so(whole if is_about_crds else default), "true without the value")
                self.assertTrue(is_so(template(tree)), "not true with the value")

    def test_every_value_has_a_case(self):
        covered = set()
        for path, _, _ in CASES:
            covered |= {leaf.removesuffix(".team") for leaf, _ in leaves(path)} if isinstance(path, dict) else {path}
        self.assertEqual({path for path, _ in paths()} - covered, set(), "add them to CASES")

    def test_every_flag_of_the_operator_has_a_value(self):
        template_of_flags = read("manifests/charts/cloudlinker-operator/templates/_arguments.tpl")
        missing = {name for name in flags_of_the_operator() - NO_VALUE if f'(list "{name}"' not in template_of_flags}
        self.assertEqual(
            missing, set(),
            "flags without a value: add each to values.yaml, values.schema.json, templates/_arguments.tpl and CASES",
        )

    def test_large_numbers_stay_whole(self):
        self.assertIn("--max-forwards-per-namespace=86400", template({"limits": {"forwards": 86400}}).flags)

    def test_a_missing_name_of_a_service_account_is_explained(self):
        with self.assertRaisesRegex(Refused, "serviceAccount.name: name the ServiceAccount"):
            template({"serviceAccount": {"create": False}})

    def test_a_class_keeps_its_own_pull_secrets(self):
        classes = {"fast": {"imagePullSecrets": [{"name": "own"}]}}
        rendered = template({"global": {"imagePullSecrets": SECRETS}, "gateway": {"classes": classes}})
        self.assertIn("registry", rendered.classes["default"])
        self.assertNotIn("registry", rendered.classes["fast"])


if __name__ == "__main__":
    unittest.main()
