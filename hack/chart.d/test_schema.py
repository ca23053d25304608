import unittest

from rendering import Refused, leaves, nested, template, values
from test_values import paths

# Of the right type, and wrong all the same.
WRONG = [
    ("gateway.namespace.name", "Gateways"),
    ("image.digest", "sha256:1234"),
    ("image.tag", "a b"),
    ("image.pullPolicy", "Sometimes"),
    ("gateway.silenceSeconds", 29),
    ("scope.namespaces", ["staging", "production"]),
    ("cluster.ranges", ["10.0.0.0"]),
    ("clouds.endpoints", {"ec3": "https://ec2.example.com"}),
    ("clouds.endpoints", {"ec2": "ec2.example.com"}),
    ("limits.forwards", 0),
    ("log.level", "verbose"),
    ("metrics.podMonitor.interval", "often"),
    ("podDisruptionBudget.maxUnavailable", "half"),
    ("demo.namespace", "Demo"),
    ("extraArgs", ["log-level=debug"]),
    ("global.imagePullSecrets", ["registry"]),
]


class SchemaTests(unittest.TestCase):
    def refuses(self, tree, field):
        with self.assertRaises(Refused, msg="accepted") as refused:
            template(tree)
        self.assertIn(f"at '/{field.replace('.', '/')}", str(refused.exception))

    def test_a_value_of_another_type_is_refused_by_name(self):
        for path in sorted({path for path, _ in paths()}):
            with self.subTest(path=path):
                default = dict(leaves(values())).get(path)
                self.refuses(nested(path, "text" if not isinstance(default, str) and default is not None else [1]), path)

    def test_a_wrong_value_is_refused_by_name(self):
        for path, value in WRONG:
            with self.subTest(path=path):
                self.refuses(nested(path, value), path)

    def test_an_unknown_name_is_refused_at_every_level(self):
        groups = {path.rpartition(".")[0] for path, _ in paths()}
        for group in sorted(groups):
            with self.subTest(group=group):
                with self.assertRaisesRegex(Refused, "'unknown' not allowed"):
                    template(nested(f"{group}.unknown" if group else "unknown", 1))


if __name__ == "__main__":
    unittest.main()
