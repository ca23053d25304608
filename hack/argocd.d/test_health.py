import os
import unittest

import kstatus
from lua import run
from states import FOLDER, kinds, load, reasons, with_ready

# What Flux makes of the same objects. A person who suspends or plans keeps `wait: true` waiting.
KSTATUS = {
    "new": "InProgress", "changed": "InProgress", "connecting": "InProgress", "progressing": "InProgress",
    "api_error": "InProgress", "connection_not_ready": "InProgress", "backbone_not_ready": "InProgress",
    "connected": "Current", "one_tunnel_down": "Current", "forwarding": "Current", "ready": "Current",
    # These may heal by themselves, so nothing gives up waiting.
    "failed": "InProgress", "target_unreachable": "InProgress", "cloud_unavailable": "InProgress",
    "silent": "InProgress", "unseen": "InProgress",
    "refused": "Failed", "connection_not_found": "Failed", "quota_exceeded": "Failed",
    "suspended": "InProgress",
    "terminating": "Terminating", "terminating_in_use": "Terminating", "terminating_plan": "Terminating",
}
# In plan mode Ready says whether the object works as it is: tunnels may, a network that is to be changed does not.
PLAN = {"VPNConnection": "Current", "Backbone": "InProgress", "PrivateCluster": "InProgress"}
WAITS_FOR_A_PERSON = {"Suspended", "PlanOnly"}


def samples(kind):
    """State, object and expected health of each of Argo CD's tests of the kind."""
    for test in load(FOLDER, kind, "health_test.yaml")["tests"]:
        state = os.path.splitext(os.path.basename(test["inputPath"]))[0]
        yield state, load(FOLDER, kind, test["inputPath"]), test["healthStatus"]


class HealthTests(unittest.TestCase):
    def test_every_kind_has_a_health_check(self):
        self.assertEqual(sorted(os.listdir(FOLDER)), sorted(kinds()), "add a folder like PortForward's")

    def test_argo_cd_sees_the_state_of_each_object(self):
        for kind in kinds():
            cases = list(samples(kind))
            results = run(os.path.join(FOLDER, kind, "health.lua"), [thing for _, thing, _ in cases])
            for (state, thing, expected), result in zip(cases, results, strict=True):
                with self.subTest(kind=kind, state=state):
                    self.assertEqual(thing["kind"], kind)
                    self.assertEqual(result, expected)

    def test_every_object_of_the_test_data_is_tested(self):
        for kind in kinds():
            states = {os.path.splitext(name)[0] for name in os.listdir(os.path.join(FOLDER, kind, "testdata"))}
            self.assertEqual({state for state, _, _ in samples(kind)}, states)

    def test_kstatus_sees_the_state_of_each_object(self):
        for kind in kinds():
            for state, thing, _ in samples(kind):
                with self.subTest(kind=kind, state=state):
                    expected = PLAN[kind] if state == "plan" else KSTATUS[state]
                    self.assertEqual(kstatus.compute(thing), expected)

    def test_every_reason_leads_to_a_health(self):
        script = os.path.join(FOLDER, "VPNConnection", "health.lua")
        (good,) = [thing for state, thing, _ in samples("VPNConnection") if state == "connected"]
        all_reasons = [reason for reason in reasons() if reason != "Pending"]
        self.assertGreater(len(all_reasons), 50)
        for status, true, usual in (
            ("True", [], "Healthy"), ("Unknown", [], "Unknown"), ("False", [], "Degraded"),
            ("False", ["Stalled"], "Degraded"), ("False", ["Reconciling"], "Progressing"),
        ):
            things = [with_ready(good, status, reason, *true) for reason in all_reasons]
            for reason, thing, result in zip(all_reasons, things, run(script, things), strict=True):
                with self.subTest(reason=reason, status=status, true=true):
                    expected = "Suspended" if reason in WAITS_FOR_A_PERSON else usual
                    if reason == "ConnectionNotReady" and status == "False" and not true:
                        expected = "Progressing"
                    self.assertEqual(result, {"status": expected, "message": f"because of {reason}"})
                    # No tool says that an object is well while another says that it is not.
                    if reason not in WAITS_FOR_A_PERSON:
                        self.assertEqual(kstatus.compute(thing) == "Current", expected == "Healthy")

    def test_an_object_without_status_is_awaited(self):
        thing = {"metadata": {"generation": 1}, "spec": {}}
        deleted = {"metadata": {"generation": 1, "deletionTimestamp": "2026-11-26T08:00:00Z"}}
        results = run(os.path.join(FOLDER, "Backbone", "health.lua"), [thing, deleted])
        self.assertEqual([result["status"] for result in results], ["Progressing", "Progressing"])


if __name__ == "__main__":
    unittest.main()
