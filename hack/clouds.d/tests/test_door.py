"""The control door, the same for each simulator."""
import threading
import time
import urllib.error

from simulators.gcp.simulator import GoogleCloud

from .harness import SimulatorTest

REGIONS = "/compute/v1/projects/p/regions"


class Door(SimulatorTest):
    make = GoogleCloud

    def refused(self, *arguments):
        with self.assertRaises(urllib.error.HTTPError) as caught:
            self.control(*arguments)
        return caught.exception.read().decode()

    def test_a_mistake_is_named(self):
        self.assertIn("no setting operationSecs", self.refused("settings", {"operationSecs": 1}))
        self.assertIn("no such part of a fault: op", self.refused("faults", {"op": "x"}))
        self.assertIn("needs one of status", self.refused("faults", {"operation": "x"}))
        self.assertIn("POST /_sim/faults", self.refused("fault", {}))

    def test_requests_are_told_in_order_with_what_was_wrong(self):
        self.http("GET", REGIONS)
        self.http("DELETE", "/nowhere")
        first, second = self.control("requests")
        self.assertEqual((first["operation"], first["status"]), ("compute.regions.list", 401))
        self.assertEqual((second["operation"], second["status"]), ("DELETE /nowhere", 404))
        self.assertEqual(second["findings"][0]["severity"], "error")
        self.assertEqual(self.control("requests?after=1"), [second])
        self.http("GET", "/computeMetadata/v1/project/project-id", headers={"Metadata-Flavor": "Google"})
        self.assertEqual(self.control("requests?errors=1"), [first, second])

    def test_a_fault_skips_hits_and_is_used_up(self):
        self.control("faults", {"operation": "compute.*.list", "skip": 1, "times": 2, "status": 500})
        self.assertEqual([self.http("GET", REGIONS)[0] for _ in range(4)], [401, 500, 500, 401])
        self.control("faults", {"operation": "*", "status": 503, "times": 9})
        self.control("faults", [])
        self.assertEqual(self.http("GET", REGIONS)[0], 401)

    def test_nobody_is_let_in_any_more_but_with_new_credentials(self):
        old = self.control("credentials")
        new = self.control("revoke", {})
        self.assertNotEqual(old["private_key"], new["private_key"])
        self.assertEqual(self.control("credentials"), new)
        self.control("reset", {})
        self.assertEqual(self.control("credentials"), old)

    def test_a_delay_keeps_nobody_else_waiting(self):
        self.control("faults", {"operation": "compute.zones.list", "delay": 3})
        slow = threading.Thread(target=self.http, args=("GET", "/compute/v1/projects/p/zones"), daemon=True)
        slow.start()
        start = time.monotonic()
        self.http("GET", REGIONS)
        self.assertLess(time.monotonic() - start, 2)
        self.assertTrue(slow.is_alive())
