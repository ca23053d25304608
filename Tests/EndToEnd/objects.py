#!/usr/bin/env python3
"""usage: Tests/EndToEnd/objects.py
Prints the custom resources that the suite makes, a YAML document each, for a test that asks the newest API server about
them. What must be refused is printed as {"refused": object, "words": [...]}: a server that refuses it must say those."""
import json
import sys

sys.dont_write_bytecode = True

from clouds import backbone  # noqa: E402
from connections import SPECS, forwards_of, vpn_connection  # noqa: E402
from refusals import refusals  # noqa: E402
from test_backbones import RANGES  # noqa: E402
from twingate import people  # noqa: E402

NAMESPACE = "default"

accepted = [vpn_connection(name, NAMESPACE, spec) for name, spec in SPECS.items()]
accepted += [forwards_of(name, NAMESPACE) for name in SPECS]
accepted += [backbone(cloud, NAMESPACE, cidr) for cloud, cidr in RANGES.items()]
accepted += [people(NAMESPACE)]
refused = refusals(NAMESPACE, "bad", knows_rules=True).values()
for document in accepted + [{"refused": refusal.object, "words": refusal.words} for refusal in refused]:
    print("---")
    print(json.dumps(document))
