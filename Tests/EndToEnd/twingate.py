"""Twingate: a connection for people, the simulator that it is kept at, and what people reach through its connectors."""
import json
import urllib.parse
import urllib.request

import cluster
import clouds
from cluster import wait_until

NAME = "people"
MONITORING = "e2e-monitoring"
ALIAS, ADDRESS, HIDDEN = "grafana.e2e.acme.internal", f"grafana.{MONITORING}.svc.cluster.local", "hidden.e2e.acme.internal"
EXPOSED, ACCOUNT, KEY_SECRET = "web.e2e.acme.internal", "e2e", "twingate-e2e"
PAGE = "Grafana"
IMAGE = "localhost/cloudlinker-connector:dev"
MEMBER, STRANGER = "ann@acme.com", "bob@acme.com"
"""People whom the simulator knows; only the first is in the connection's group."""


def people(namespace):
    resource = {"address": ADDRESS, "ports": {"tcp": ["80"]}}
    return {
        "apiVersion": "cloudlinker.dev/v1alpha1", "kind": "VPNConnection", "metadata": {"name": NAME, "namespace": namespace},
        "spec": {"type": "Twingate", "twingate": {
            "network": "acme", "apiTokenSecretRef": {"name": "twingate"}, "connectors": {"image": IMAGE, "updateEvery": "0s"},
            "groups": [{"name": "Platform", "members": [MEMBER]}],
            "expose": {"kinds": ["Service"], "groups": ["Platform"], "domains": ["e2e.acme.internal"]},
            "serviceAccounts": [{"name": ACCOUNT, "keySecret": KEY_SECRET}],
            "resources": [{"name": "grafana", "alias": ALIAS, "access": [{"group": "Platform"}], **resource},
                          {"name": "hidden", "alias": HIDDEN, **resource}]}}}


def connect(namespace):
    """Asks for the connection, and for something that people can reach; waits for nothing."""
    secrets = clouds.secrets(namespace)
    cluster.apply({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": MONITORING}})
    cluster.apply(*grafana(), *[secret for secret in objects(secrets) if secret["metadata"]["name"] == "twingate"],
                  people(namespace))


def objects(text):
    """Of JSON documents one after the other."""
    decoder, text = json.JSONDecoder(), text.strip()
    while text:
        value, end = decoder.raw_decode(text)
        yield value
        text = text[end:].lstrip()


def grafana():
    return site("grafana", MONITORING)


def site(name, namespace, annotations=None):
    """A pod with the page, and a Service that leads to it."""
    metadata = {"name": name, "namespace": namespace, "labels": {"app": name}}
    serve = f"mkdir /tmp/www && echo {PAGE} >/tmp/www/index.html && exec busybox httpd -f -p 3000 -h /tmp/www"
    container = {"name": name, "image": "localhost/cloudlinker-client:dev", "imagePullPolicy": "IfNotPresent",
                 "command": ["bash", "-c", serve]}
    return [{"apiVersion": "v1", "kind": "Pod", "metadata": metadata,
             "spec": {"terminationGracePeriodSeconds": 0, "containers": [container]}},
            {"apiVersion": "v1", "kind": "Service", "metadata": metadata | {"annotations": annotations or {}},
             "spec": {"selector": metadata["labels"], "ports": [{"port": 80, "targetPort": 3000, "protocol": "TCP"}]}}]


def exposed(namespace, alias):
    """A site that asks for people."""
    return site("web", namespace, {"cloudlinker.dev/expose": NAME, "cloudlinker.dev/expose-alias": alias})


def door(name, body=None):
    """The simulator's control door: GET, or POST where there is a body."""
    url = f"http://{clouds.ADDRESS}:{clouds.PORTS['twingate']}/_sim/{name}"
    data = None if body is None else json.dumps(body).encode()
    with urllib.request.urlopen(urllib.request.Request(url, data), timeout=10) as answer:
        return answer.read().decode()


def tenant(*kinds):
    """What is at Twingate of these kinds, by id."""
    return {identifier: item for identifier, item in json.loads(door("objects")).items() if item["__typename"] in kinds}


def console(**action):
    door("console", action)


def findings():
    """What Twingate refused, or would, in what it was asked."""
    return [line for line in map(json.loads, door("requests").splitlines()) if line["findings"]]


def call(person, address, port=80, seconds=60):
    """What a person gets who opens that address: {"answer"} and the connector that dialed, or {"refused"}."""
    started = json.loads(door("call", {"user": person, "address": address, "port": port}))
    if "refused" in started:
        return started
    number = urllib.parse.quote(started["call"])
    return wait_until(f"a connector dials {address}", lambda: json.loads(door(f"call?number={number}")), seconds)
