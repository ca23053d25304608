"""An environment: a namespace with the customer's Secrets, an application's pod, and connections."""
import base64
import subprocess

import cluster
import twingate
from cluster import condition, get, kubectl, wait_until
from company import company
from connections import SPECS, forwards_of, profile, vpn_connection

CONFINED = {"allowPrivilegeEscalation": False, "readOnlyRootFilesystem": True, "capabilities": {"drop": ["ALL"]}}
GATEWAYS = "cloudlinker-gateways"


class Environment:
    def __init__(self, name):
        self.name = name

    def make(self):
        """The namespace with its Secrets and the application; what is there already stays."""
        labels = {"kubernetes.io/metadata.name": self.name, "pod-security.kubernetes.io/enforce": "restricted"}
        cluster.apply({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": self.name, "labels": labels}})
        kubectl("apply", "--server-side", "--force-conflicts", "-f", "-", stdin=company("secrets", self.name))
        cluster.apply(self.secret("profile", {"profile.ovpn": profile(self.decoded("office-openvpn"))}),
                      self.secret("wrong-vpn", {**self.decoded("office-vpn"), "password": "not this one"}),
                      self.application())

    def connect(self, *names):
        """Asks for these connections and their forwards; waits for nothing."""
        if twingate.NAME in names:
            twingate.connect(self.name)
        outwards = [name for name in names if name != twingate.NAME]
        if outwards:
            cluster.apply(*[vpn_connection(name, self.name, SPECS[name]) for name in outwards],
                          *[forwards_of(name, self.name) for name in outwards])

    def secret(self, name, content):
        return {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": name, "namespace": self.name},
                "data": {key: base64.b64encode(text.encode()).decode() for key, text in content.items()}}

    def decoded(self, secret):
        data = get("secret", secret, self.name)["data"]
        return {key: base64.b64decode(value).decode() for key, value in data.items()}

    def application(self):
        identity = {"runAsNonRoot": True, "runAsUser": 65532, "seccompProfile": {"type": "RuntimeDefault"}}
        container = {"name": "app", "image": "localhost/cloudlinker-client:dev", "imagePullPolicy": "IfNotPresent",
                     "command": ["sleep", "infinity"], "securityContext": CONFINED}
        return {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "app", "namespace": self.name},
                "spec": {"terminationGracePeriodSeconds": 0, "securityContext": identity, "containers": [container]}}

    def application_runs(self):
        wait_until("the application's pod is ready", lambda: condition(get("pod", "app", self.name))["status"] == "True")

    def run(self, *command, timeout=60):
        """Standard output of a command in the application's pod."""
        return kubectl("-n", self.name, "exec", "app", "--", *command, timeout=timeout)

    def start(self, *command):
        """A command in the application's pod whose standard input and output are the caller's."""
        return subprocess.Popen(["kubectl", "-n", self.name, "exec", "-i", "app", "--", *command], text=True,
                                stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)

    def fetch(self, address, seconds=10):
        return self.run("curl", "-sS", "--max-time", str(seconds), address).strip()

    def echo(self, service, port, text):
        """What comes back over UDP."""
        script = f"exec 3<>/dev/udp/{service}/{port}; echo {text} >&3; timeout 3 head -n 1 <&3"
        return self.run("bash", "-c", script).strip()

    def connection(self, name):
        return get("vpnconnection", name, self.name)

    def forward(self, name):
        return get("portforward", name, self.name)

    def backbone(self, name):
        return get("backbone", name, self.name)

    def private_cluster(self, name):
        return get("privatecluster", name, self.name)

    def tunnels(self, connection):
        """Status of each tunnel, by name."""
        status = (self.connection(connection) or {}).get("status") or {}
        return {tunnel["name"]: tunnel for tunnel in status.get("tunnels") or []}

    def gateway_objects(self, kinds="deployments,secrets,services,networkpolicies,poddisruptionbudgets,pods"):
        return cluster.items(kinds, GATEWAYS, f"cloudlinker.dev/namespace={self.name}")

    def gateway_pods(self, connection):
        return cluster.items(
            "pods", GATEWAYS, f"cloudlinker.dev/namespace={self.name},cloudlinker.dev/connection={connection}")

    def versions(self, *connections):
        """resourceVersion of everything of these connections that the operator makes or writes to."""
        own = [thing for thing in cluster.items("vpnconnections,portforwards,services", self.name)
               if thing["metadata"]["name"].removesuffix("-ports") in connections]
        theirs = [thing for thing in self.gateway_objects("deployments,secrets,services,networkpolicies,poddisruptionbudgets")
                  if thing["metadata"]["labels"]["cloudlinker.dev/connection"] in connections]
        return {f"{thing['kind']}/{thing['metadata']['name']}": thing["metadata"]["resourceVersion"]
                for thing in own + theirs}

    def remove(self):
        kubectl("delete", "namespace", self.name, "--ignore-not-found", "--timeout=150s", timeout=180)
