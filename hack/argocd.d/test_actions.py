import os
import re
import unittest

from lua import run
from states import FOLDER, kinds, load

REQUESTED = "reconcile.fluxcd.io/requestedAt"


class ActionTests(unittest.TestCase):
    """Argo CD's own test files, by its rules."""

    def test_actions_are_offered_where_they_make_sense(self):
        for kind in kinds():
            folder = os.path.join(FOLDER, kind, "actions")
            for test in load(folder, "action_test.yaml")["discoveryTests"]:
                with self.subTest(kind=kind, input=test["inputPath"]):
                    (result,) = run(os.path.join(folder, "discovery.lua"), [load(folder, test["inputPath"])])
                    self.assertEqual(
                        {name: action["disabled"] for name, action in result.items()},
                        {action["name"]: action["disabled"] for action in test["result"]},
                    )

    def test_actions_change_what_they_say(self):
        for kind in kinds():
            folder = os.path.join(FOLDER, kind, "actions")
            tests = load(folder, "action_test.yaml")["actionTests"]
            self.assertEqual({test["action"] for test in tests}, {"reconcile", "suspend", "resume"})
            for test in tests:
                with self.subTest(kind=kind, action=test["action"]):
                    before, expected = load(folder, test["inputPath"]), load(folder, test["expectedOutputPath"])
                    (after,) = run(os.path.join(folder, test["action"], "action.lua"), [before])
                    if test["action"] == "reconcile":
                        # As in Argo CD's test, the time itself does not count.
                        requested = after["metadata"]["annotations"][REQUESTED]
                        self.assertTrue(re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", requested), requested)
                        after["metadata"]["annotations"][REQUESTED] = expected["metadata"]["annotations"][REQUESTED]
                    self.assertEqual(without_empty(after), without_empty(expected))


def without_empty(value):
    """Lua has one type for empty lists and maps."""
    if isinstance(value, dict):
        return {name: without_empty(item) for name, item in value.items() if item not in ([], {})}
    return [without_empty(item) for item in value] if isinstance(value, list) else value


if __name__ == "__main__":
    unittest.main()
