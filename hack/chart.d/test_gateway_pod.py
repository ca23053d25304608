import os
import subprocess
import unittest

from rendering import template


@unittest.skipUnless(os.geteuid() == 0, "needs root, for a network namespace")
class GatewayPodTests(unittest.TestCase):
    """The script of `helm test`, in a network namespace of its own as in its pod."""

    def run_script(self, preparation="true"):
        script = template({"crds": {"enabled": False}}).test_pod["containers"][0]["args"][0]
        return subprocess.run(
            ["unshare", "--net", "--mount", "sh", "-c", f'{preparation} && exec sh -c "$0"', script],
            capture_output=True, text=True,
        )

    def test_it_passes_where_a_gateway_can_run(self):
        done = self.run_script()
        self.assertEqual((done.returncode, done.stdout), (0, "gateways can run on this node\n"), done.stderr)

    def test_it_explains_a_missing_tun_device(self):
        done = self.run_script("mount -t tmpfs none /dev/net")
        self.assertEqual(done.returncode, 1)
        self.assertIn("this node has no /dev/net/tun: load the module tun", done.stdout)

    def test_it_explains_a_missing_privilege(self):
        done = self.run_script("true; exec setpriv --bounding-set=-net_admin --inh-caps=-net_admin sh -c \"$0\"")
        self.assertEqual(done.returncode, 1)
        self.assertIn("does the runtime grant NET_ADMIN?", done.stdout)


if __name__ == "__main__":
    unittest.main()
