"""The Helm chart takes the installed operator over, with its demo. Last: the operator stays a release of Helm's."""
import json
import os
import subprocess

import cluster
from case import EndToEndCase
from cluster import CommandFailed, condition, kubectl
from company import PAGE
from diagnosis import SYSTEM
from environment import GATEWAYS
from operators import NAME

CHART = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../manifests/charts/cloudlinker-operator")
DEMO = "cloudlinker-demo"


def helm(*arguments):
    done = subprocess.run(["helm", "-n", SYSTEM, *arguments], capture_output=True, text=True, timeout=180)
    if done.returncode:
        raise CommandFailed(f"helm {' '.join(arguments)}: {done.stderr.strip()}")
    return done.stdout


class Chart(EndToEndCase):
    def simulators(self):
        """Arguments of the operator that lead it to the simulators of hack/e2e."""
        installed = cluster.get("deployment", NAME, SYSTEM)["spec"]["template"]["spec"]["containers"][0]["args"]
        return [word for word in installed if word.startswith(("--cloud-endpoint=", "--allowed-connector-image="))]

    def wait_ready(self, kind, name):
        self.wait_until(f"{kind} {name} of the demo is Ready", lambda: condition(
            cluster.get(kind, name, DEMO)).get("status") == "True", 120, lambda: cluster.get(kind, name, DEMO))

    def left(self):
        """Parts of the demo that are still there."""
        namespaces = [name for name in (DEMO, f"{DEMO}-company") if cluster.get("namespace", name, name)]
        return namespaces + cluster.items("deployments,secrets,services,pods", GATEWAYS, f"cloudlinker.dev/namespace={DEMO}")

    def test_the_demo_leads_to_a_page_and_leaves_nothing(self):
        helm("upgrade", "--install", "cloudlinker", CHART, "--take-ownership", "--force-conflicts", "--set", "demo.enabled=true",
             "--set-json", f"extraArgs={json.dumps(self.simulators())}", "--wait", "--timeout", "150s")
        # At once, as README has it: the connection may not be Ready yet.
        page = kubectl("-n", DEMO, "exec", "deploy/app", "--", "/demo/get", "vpn:33000", timeout=120)
        self.assertEqual(page.strip(), PAGE)
        self.wait_ready("vpnconnection", "office")
        self.wait_ready("portforward", "hello")
        helm("test", "cloudlinker")
        with self.assertRaisesRegex(CommandFailed, "uninstall-check"):
            helm("uninstall", "cloudlinker")
        refusal = kubectl("-n", SYSTEM, "logs", f"job/{NAME}-uninstall-check")
        self.assertIn(f"{DEMO}/office", refusal)
        self.assertNotIn("deletionTimestamp", cluster.get("vpnconnection", "office", DEMO)["metadata"])
        # Helm thinks now that the release is being uninstalled. Its user goes on, or back like this.
        helm("rollback", "cloudlinker", str(json.loads(helm("history", "cloudlinker", "--output", "json"))[-1]["revision"]),
             "--wait", "--timeout", "150s")
        helm("upgrade", "cloudlinker", CHART, "--reuse-values", "--set", "demo.enabled=false", "--wait", "--timeout", "150s")
        self.wait_until("nothing of the demo is left", lambda: not self.left(), 150, self.left)
