import json
import os
import time
import unittest

from control_plane import ControlPlane
from rendering import CHART, NAMESPACE, key, kustomize, template

BINARIES = os.environ.get("KUBEBUILDER_ASSETS")
CRD = "CustomResourceDefinition"


@unittest.skipUnless(BINARIES, "KUBEBUILDER_ASSETS names no folder with kube-apiserver and etcd")
class InstallingTests(unittest.TestCase):
    """On Kubernetes 1.20, without controllers and nodes: what Helm and the API server make of the objects. Hooks that are Jobs
    would wait for a pod."""

    @classmethod
    def setUpClass(cls):
        cls.plane = ControlPlane(BINARIES)

    @classmethod
    def tearDownClass(cls):
        cls.plane.stop()

    def helm(self, *arguments, namespace=NAMESPACE, check=True):
        return self.plane.run("helm", *arguments, "--namespace", namespace, check=check)

    def install(self, *arguments, release="cloudlinker", namespace=NAMESPACE):
        return self.helm("upgrade", "--install", release, CHART, "--create-namespace", *arguments, namespace=namespace)

    def stored(self, things):
        """Those of the objects that the API server has, by key."""
        items = [{field: thing[field] for field in ("apiVersion", "kind", "metadata")} for thing in things]
        done = self.plane.run(
            "kubectl", "get", "--ignore-not-found", "--output", "json", "-f", "-",
            input=json.dumps({"apiVersion": "v1", "kind": "List", "items": items}),
        )
        found = json.loads(done.stdout or '{"items": []}')
        return {key(thing): thing for thing in found.get("items", [found])}

    def get(self, thing):
        return self.stored([thing]).get(key(thing))

    def present(self, rendering):
        return set(self.stored(rendering.all))

    def expected(self, values=None):
        rendering = template(values, "--kube-version", "1.20.2")
        rendering.all = [thing for thing in rendering.all if "helm.sh/hook" not in thing["metadata"].get("annotations", {})]
        return rendering

    def test_a_release_is_installed_upgraded_and_uninstalled(self):
        self.plane.run("kubectl", "create", "namespace", NAMESPACE)
        self.helm("install", "cloudlinker", CHART, "--dry-run=server")

        self.install()
        default = self.expected()
        self.assertEqual(self.present(default), {key(thing) for thing in default.all})

        # A server stores what it knows: a field that it dropped would be one that 1.20 does not have.
        stored = self.get(default.find(CRD, "vpnconnections.cloudlinker.dev"))
        self.assertNotIn("x-kubernetes-validations", json.dumps(stored["spec"]))

        self.install("--set", "replicaCount=3,podDisruptionBudget.enabled=false,log.level=debug")
        self.assertEqual(self.get(default.deployment)["spec"]["replicas"], 3)
        self.assertIn("--log-level=debug", str(self.get(default.deployment)["spec"]))
        self.assertIsNone(self.get(default.find("PodDisruptionBudget", "cloudlinker-operator")))

        self.plane.run("kubectl", "apply", "--validate=false", "-f", "-", input=CONNECTION)
        self.helm("uninstall", "cloudlinker", "--no-hooks")
        kept = {key(thing) for thing in default.all if thing["kind"] in (CRD, "Namespace")}
        kept.add(key(default.find("NetworkPolicy", "default-deny")))
        self.assertEqual(self.present(default), kept)
        self.plane.run("kubectl", "get", "vpnconnection", "office", "--namespace", "default")

        # What was kept belongs to the release of that name again.
        self.install()
        self.assertEqual(self.present(default), {key(thing) for thing in default.all})
        self.helm("uninstall", "cloudlinker", "--no-hooks")

    def test_what_kustomize_installed_is_taken_over(self):
        folder = "manifests/overlays/kubernetes-1.20"
        self.addCleanup(self.helm, "uninstall", "cloudlinker", "--no-hooks", check=False)
        installed = kustomize(folder)
        self.plane.run("kubectl", "apply", "--server-side", "-f", "-", input=json.dumps(
            {"apiVersion": "v1", "kind": "List", "items": installed.all}))
        before = self.get(installed.deployment)["metadata"]["uid"]
        self.install("--take-ownership", "--force-conflicts")
        self.assertEqual(self.get(installed.deployment)["metadata"]["uid"], before)
        self.assertNotIn("GATEWAY_IMAGE", str(self.get(installed.deployment)["spec"]["template"]["spec"]["containers"][0]["args"]))

    def test_two_scoped_releases_live_side_by_side(self):
        # Other tests leave the CRDs, as a release does.
        for name, more in ("red", ["--take-ownership"]), ("blue", ["--set", "crds.enabled=false,rbac.aggregate=false"]):
            self.plane.run("kubectl", "create", "namespace", f"env-{name}")
            self.install(
                "--set", f"scope.namespaces={{env-{name}}},gateway.namespace.name=gateways-{name}", *more,
                release=name, namespace=f"operator-{name}",
            )
        self.plane.run("kubectl", "get", "role", "cloudlinker-environment", "--namespace", "env-blue")
        self.plane.run("kubectl", "get", "deployment", "cloudlinker-operator", "--namespace", "operator-red")
        for name in "red", "blue":
            self.helm("uninstall", name, namespace=f"operator-{name}")

    def test_the_demo_comes_with_the_crds_stays_over_upgrades_and_goes_when_it_is_switched_off(self):
        kind = "vpnconnections.cloudlinker.dev"
        names = [name.removeprefix("cloudlinker.dev_").removesuffix(".yaml") + ".cloudlinker.dev"
                 for name in os.listdir(os.path.join(CHART, "files", "crds"))]
        self.plane.run("kubectl", "delete", "crd", *names, "--ignore-not-found")
        self.addCleanup(self.helm, "uninstall", "cloudlinker", "--no-hooks", check=False)

        def seen(name, *, of="cloudlinker-demo"):
            done = self.plane.run("kubectl", "get", name, "--namespace", of, "--ignore-not-found", "--output", "json")
            return json.loads(done.stdout) if done.stdout.strip() else None
        self.install("--set", "demo.enabled=true")
        made = {name: seen(name)["metadata"]["uid"] for name in (f"{kind}/office", "portforwards.cloudlinker.dev/hello")}
        certificate = seen("secret/office-vpn")["data"]
        for _ in range(2):  # the first upgrade takes them into the release
            self.install("--set", "demo.enabled=true")
            self.assertEqual({name: seen(name)["metadata"]["uid"] for name in made}, made)
        self.assertEqual(seen("secret/office-vpn")["data"], certificate)
        self.assertEqual(seen("secret/company", of="cloudlinker-demo-company")["data"]["ca.crt"], certificate["ca.crt"])
        self.install("--set", "demo.enabled=false")
        self.assertIsNone(seen(f"{kind}/office"))
        self.assertIsNone(seen("deployment/company", of="cloudlinker-demo-company"))

    def test_the_demo_stays_over_the_upgrade_from_crds_without_v1beta1(self):
        self.addCleanup(self.helm, "uninstall", "cloudlinker", "--no-hooks", check=False)
        crds = [thing for thing in kustomize("manifests/overlays/kubernetes-1.20").all if thing["kind"] == CRD]
        self.plane.run("kubectl", "delete", "--ignore-not-found", "crd", *(crd["metadata"]["name"] for crd in crds))
        self.wait_served("v1beta1", False)
        for crd in crds:
            crd["spec"]["versions"] = [version for version in crd["spec"]["versions"] if version["name"] == "v1alpha1"]
        # As the chart of the former release would: helm applies on the server's side, under its own name.
        self.plane.run("kubectl", "apply", "--server-side", "--field-manager=helm", "-f", "-",
                       input=json.dumps({"apiVersion": "v1", "kind": "List", "items": crds}))
        self.wait_served("v1alpha1")

        def made():
            names = "vpnconnections.cloudlinker.dev/office", "portforwards.cloudlinker.dev/hello"
            done = self.plane.run("kubectl", "get", *names, "--namespace", "former", "--output", "json")
            return {thing["kind"]: thing["metadata"]["uid"] for thing in json.loads(done.stdout)["items"]}
        # Nothing ends namespaces here, so that of another test's demo goes on ending.
        self.install("--set", "demo.enabled=true,demo.namespace=former,crds.enabled=false")
        before = made()
        for _ in range(2):  # the first brings v1beta1, the second uses it
            self.install("--set", "demo.enabled=true,demo.namespace=former", "--take-ownership", "--force-conflicts")
            self.wait_served("v1beta1")
            self.assertEqual(made(), before)

    def wait_served(self, version, served=True):
        """Until all kinds of the demo are served in this version, or no kind is."""
        for _ in range(600):
            done = self.plane.run("kubectl", "get", "--raw", f"/apis/cloudlinker.dev/{version}", check=False)
            names = {thing["name"] for thing in json.loads(done.stdout)["resources"]} if done.returncode == 0 else set()
            if {"vpnconnections", "portforwards"} <= names if served else not names:
                return
            time.sleep(0.2)
        self.fail(f"{version} is {'not ' if served else 'still '}served")

    def test_a_second_release_for_all_namespaces_is_refused(self):
        self.install()
        self.addCleanup(self.helm, "uninstall", "cloudlinker", "--no-hooks", check=False)
        with self.assertRaisesRegex(RuntimeError, "exists and cannot be imported"):
            self.install(release="second", namespace="elsewhere")


CONNECTION = """
apiVersion: cloudlinker.dev/v1alpha1
kind: VPNConnection
metadata: {name: office, namespace: default}
spec:
  type: IPsec
  ipsec:
    authentication: {method: PSK, credentialsSecretRef: {name: office-vpn}}
  tunnels: [{name: a, server: 192.0.2.1}]
  remoteNetworks: [192.168.100.0/24]
"""

if __name__ == "__main__":
    unittest.main()
