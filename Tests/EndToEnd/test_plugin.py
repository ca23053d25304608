"""kubectl cloudlinker shows, asks and gathers what a person would otherwise look for in two namespaces."""
import base64
import json
import os
import pathlib
import subprocess
import tempfile

import cluster
from case import EndToEndCase
from cluster import kubectl

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROGRAM = os.environ.get("CLOUDLINKER_PLUGIN", str(ROOT / ".build/release/kubectl-cloudlinker"))


class Plugin(EndToEndCase):
    connections = ("office",)

    def plugin(self, *arguments):
        """What it prints, and its exit code."""
        words = [PROGRAM, *arguments, "-n", self.environment.name]
        done = subprocess.run(words, capture_output=True, text=True, timeout=120)
        self.assertIn(done.returncode, (0, 1), done.stderr)
        return done.stdout, done.returncode

    def setUp(self):
        self.wait_connected("office", seconds=90)

    def test_an_environment_is_shown_in_one_screen(self):
        text, _ = self.plugin("status")
        self.assertRegex(text, r"VPNConnection +office +True +Connected +IPsec, tunnels 2/2")
        tree, _ = self.plugin("tree")
        self.assertRegex(tree, r"── PortForward e2e/office-ports ")
        self.assertRegex(tree, r"── Pod cloudlinker-gateways/\S+ on \S+  Ready")

    def test_a_sound_installation_is_found_sound(self):
        text, _ = self.plugin("doctor")
        for start in ("ok    CRDs: ", "ok    leader: ", "ok    operator: ", "ok    gateways: namespace "):
            self.assertIn(start, text)

    def test_a_reconcile_is_asked_for_and_waited_for(self):
        text, code = self.plugin("reconcile", "vpnc/office", "--timeout", "60")
        self.assertEqual(code, 0, text)
        self.assertIn("VPNConnection e2e/office: Ready=True, Connected", text)

    def test_logs_of_both_gateways_are_one(self):
        text, _ = self.plugin("logs", "office")
        for tunnel in ("[a]", "[b]"):
            self.assertIn(tunnel, text)
        times = [line.split(" ", 1)[0] for line in text.splitlines()]
        self.assertEqual(times, sorted(times))

    def test_logs_say_who_writes_and_are_objects_for_programs(self):
        text, _ = self.plugin("logs", "office", "--output", "json", "--tail", "10000")
        sources = {json.loads(line)["source"] for line in text.splitlines()}
        self.assertLessEqual({"a", "a charon", "b", "b charon"}, sources)

    def test_what_is_gathered_holds_no_content_of_secrets(self):
        with tempfile.TemporaryDirectory() as parent:
            folder = pathlib.Path(parent) / "gathered"
            self.plugin("gather", "--folder", str(folder))
            gathered = {path.name: path.read_text() for path in folder.iterdir()}
        self.assertIn('"office"', gathered["vpnconnections.json"])
        namespaces = (self.environment.name, "cloudlinker-gateways")
        contents = [content for namespace in namespaces for secret in cluster.items("secrets", namespace)
                    if secret["type"] == "Opaque" for content in (secret.get("data") or {}).values()]
        self.assertTrue(contents)
        for content in contents:
            plain = base64.b64decode(content).decode(errors="replace").strip()
            for text in (content, plain):
                # A user name of four letters stands in messages by design; a password or key is longer.
                if len(text) < 8:
                    continue
                holders = [name for name, gathered_text in gathered.items() if text in gathered_text]
                self.assertEqual(holders, [])

    def kubeconfig_of_a_tester(self, folder):
        """A kubeconfig of somebody who has the rights that docs/kubectl-plugin.md names for `try`, and no others."""
        name, namespace = "cloudlinker-try", self.environment.name
        page = (ROOT / "docs/kubectl-plugin.md").read_text()
        block = page.partition("```yaml\n")[2].partition("```")[0]
        things = [{"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": name, "namespace": namespace}}]
        for role in cluster.from_yaml(block):
            if role["metadata"]["namespace"] == "production":
                role["metadata"]["namespace"] = namespace
            things += [role, {
                "apiVersion": "rbac.authorization.k8s.io/v1", "kind": "RoleBinding", "metadata": role["metadata"],
                "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "Role", "name": name},
                "subjects": [{"kind": "ServiceAccount", "name": name, "namespace": namespace}]}]
        cluster.apply(*things)
        self.addCleanup(cluster.delete, *things)
        config = json.loads(kubectl("config", "view", "--raw", "--minify", "-o", "json"))
        token = kubectl("-n", namespace, "create", "token", name).strip()
        config["users"] = [{"name": name, "user": {"token": token}}]
        config["contexts"][0]["context"]["user"] = name
        path = pathlib.Path(folder) / "kubeconfig"
        path.write_text(json.dumps(config))
        return str(path)

    def test_a_port_is_tried_from_a_pod_with_the_documented_rights_only(self):
        with tempfile.TemporaryDirectory() as folder:
            config = self.kubeconfig_of_a_tester(folder)
            reached, code = self.plugin("try", "office:33000", "--kubeconfig", config)
            self.assertEqual(code, 0, reached)
            self.assertRegex(reached, r"ok +attempt +office is [0-9.]+, connected in \d+ ms")
            closed, code = self.plugin("try", "office:33999", "--kubeconfig", config)
        self.assertEqual(code, 1, closed)
        self.assertIn("it stops at: forward", closed)
        self.assertNotIn("not checked", reached + closed)
        self.wait_until("the pods that tried are gone", lambda: not cluster.items(
            "pods", self.environment.name, "app.kubernetes.io/name=cloudlinker-try"), 30)

    def test_what_has_an_owner_is_no_orphan(self):
        text, code = self.plugin("orphans")
        self.assertEqual(code, 0, text)
        self.assertIn("nothing without an owner was found", text)

    def test_objects_are_stored_in_the_only_version(self):
        text, code = self.plugin("migrate", "--check")
        self.assertEqual(code, 0, text)
        self.assertIn("VPNConnection: every object is stored as v1alpha1", text)
