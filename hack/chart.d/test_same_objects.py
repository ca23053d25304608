import difflib
import os
import re
import unittest

import yaml
from normalising import normalised
from rendering import CHART, ROOT, kustomize, key, parse, read, template


def files_of(folder, pattern=r".*\.yaml$"):
    for place, _, names in os.walk(os.path.join(ROOT, folder)):
        yield from (os.path.join(place, name) for name in sorted(names) if re.match(pattern, name))


def home(thing):
    """Where manifests/ or crds/ has the object, for the message."""
    kind, _, name = key(thing)
    for path in [*files_of("manifests/base"), *files_of("manifests/overlays/one-namespace"), *files_of("manifests/monitoring"), *files_of("crds")]:
        path = os.path.relpath(path, ROOT)
        if "without-rules" in path or path.endswith("kustomization.yaml"):
            continue
        if any(document["kind"] == kind and document["metadata"]["name"] == name for document in parse(read(path))):
            return path
    return "manifests/"


def template_of(thing):
    """The template that has, or should have, objects of the kind."""
    kind = key(thing)[0]
    if kind == "CustomResourceDefinition":
        return "files/crds (run hack/generate)"
    if "Role" in kind:
        return "templates/_rbac.tpl and templates/rbac.yaml"
    for path in files_of(os.path.relpath(os.path.join(CHART, "templates"), ROOT)):
        with open(path, encoding="utf-8") as file:
            if re.search(rf"^kind: {kind}$", file.read(), re.MULTILINE):
                return os.path.relpath(path, CHART)
    return "templates/, in a new file"


def text(thing):
    return yaml.safe_dump(thing, sort_keys=True).splitlines()


class SameObjects(unittest.TestCase):
    maxDiff = None

    def check(self, folder, values, *arguments):
        wanted, rendered = normalised(kustomize(folder).all), normalised(template(values, *arguments).all)
        complaints = []
        for name in sorted(wanted.keys() | rendered.keys()):
            ours, theirs = rendered.get(name), wanted.get(name)
            if ours == theirs:
                continue
            label = " ".join(part for part in name if part)
            if theirs is None:
                complaints.append(f"{label}: the chart's {template_of(ours)} has it, and {folder} has not. Add or delete it.")
            elif ours is None:
                complaints.append(f"{label}: copy it from {home(theirs)} to the chart's {template_of(theirs)}.")
            else:
                difference = difflib.unified_diff(text(ours), text(theirs), "the chart", folder, lineterm="", n=4)
                complaints.append(
                    f"{label}: copy what differs from {home(theirs)} to the chart's {template_of(theirs)}:\n"
                    + "\n".join(list(difference)[:60])
                )
        if complaints:
            self.fail("the chart and manifests/ install different objects.\n\n" + "\n\n".join(complaints))

    def test_default_values_install_what_kustomize_installs(self):
        self.check("manifests", {})

    def test_on_1_20_the_crds_have_no_rules_and_the_budget_is_v1beta1(self):
        self.check("manifests/overlays/kubernetes-1.20", {}, "--kube-version", "1.20.2")

    def test_a_scope_gives_the_rights_of_the_overlay_for_one_namespace(self):
        self.check("manifests/overlays/one-namespace", {"scope": {"namespaces": ["production"]}})

    def test_monitoring_is_the_same(self):
        wanted = normalised(kustomize("manifests/monitoring").all)
        rendered = normalised(template({"metrics": {"podMonitor": {"enabled": True}}, **{part: {"enabled": True} for part in ("alerts", "dashboards")}}).all)
        for name, thing in wanted.items():
            self.assertEqual(rendered.get(name), thing, f"copy it from {home(thing)} to the chart's {template_of(thing)}")


if __name__ == "__main__":
    unittest.main()
