"""EKS: who answers which operation, and that a token brings the same answer."""
import re
import time

from .. import rest
from ...messages import Refusal, Response
from .access import Access
from .add_ons import AddOns
from .auto_mode import AutoMode
from .clusters import Clusters
from .entry import Entry, not_found, wrong
from .node_groups import NodeGroups
from .roles import Roles
from .versions import Versions


class Call:
    """A request: its parameters, and where it takes place."""

    def __init__(self, said, network, failure):
        self.said, self.network, self.failure = said, network, failure
        self.region, self.account = network.region_name, network.account_id

    def __getitem__(self, name):
        return self.said[name]

    def get(self, name, default=None):
        return self.said.get(name, default)

    def arn(self, kind, *path):
        return f"arn:aws:eks:{self.region}:{self.account}:{kind}/" + "/".join(path)


class EKS(Clusters, AutoMode, NodeGroups, AddOns, Access, Versions):
    def __init__(self, settings):
        self.settings, self.roles = settings, Roles(settings)
        self.clusters, self.replays = {}, {}  # (region, name) -> Entry; (operation, token) -> (parameters, answer)

    def answer(self, request, network):
        operation, said, _, _ = rest.read("eks", request)
        name = re.sub(r"(?<!^)(?=[A-Z])", "_", operation.name).lower()
        handler = getattr(self, name, None)
        if not handler:
            raise Refusal(501, "NotSimulated", f"{operation.name} is not simulated")
        for entry in list(self.everything()):
            entry.pass_time()
        token = said.pop("clientRequestToken", None)
        if token and (operation.name, token) in self.replays:
            first, answer = self.replays[operation.name, token]
            if first != said:
                raise wrong("The client request token was used before with other parameters")
            return Response(200, answer)
        answer = handler(Call(said, network, request.failure))
        if token:
            self.replays[operation.name, token] = (said, answer)
        return Response(200, answer)

    def everything(self):
        for cluster in self.clusters.values():
            yield cluster
            yield from list(cluster.groups.values()) + list(cluster.add_ons.values())

    def cluster(self, call, name="clusterName"):
        found = self.clusters.get((call.region, call[name]))
        if not found:
            raise not_found(f"No cluster found for name: {call[name]}.")
        return found

    def entry(self, shown):
        return Entry({"createdAt": time.time(), **shown})

    def page(self, call, name, items):
        """EKS counts its pages in maxResults, 100 at most."""
        size = self.settings.pageSize or call.get("maxResults", 100)
        start = int(call.get("nextToken") or 0)
        answer = {name: items[start:start + size]}
        return answer | ({"nextToken": str(start + size)} if start + size < len(items) else {})

    # Tags

    def tagged(self, call):
        for entry in self.everything():
            if call["resourceArn"] in (entry.shown.get(name) for name in ("arn", "nodegroupArn", "addonArn")):
                return entry.shown.setdefault("tags", {})
        for cluster in self.clusters.values():
            for shown in list(cluster.entries.values()) + list(cluster.identities.values()):
                if call["resourceArn"] in (shown.get("accessEntryArn"), shown.get("associationArn")):
                    return shown.setdefault("tags", {})
        raise Refusal(404, "NotFoundException", f"Resource {call['resourceArn']} not found")

    def tag_resource(self, call):
        self.tagged(call).update(call["tags"])
        return {}

    def untag_resource(self, call):
        tags = self.tagged(call)
        for key in call["tagKeys"]:
            tags.pop(key, None)
        return {}

    def list_tags_for_resource(self, call):
        return {"tags": self.tagged(call)}

    # What the control door asks for

    def counts(self):
        counts = {"cluster": len(self.clusters)}
        for name, attribute in (("node-group", "groups"), ("add-on", "add_ons"), ("access-entry", "entries"),
                                ("pod-identity", "identities")):
            counts[name] = sum(len(getattr(cluster, attribute)) for cluster in self.clusters.values())
        return counts

    def objects(self):
        found = {}
        for entry in self.everything():
            shown = entry.shown
            found[shown.get("nodegroupArn") or shown.get("addonArn") or shown["arn"]] = shown
        for cluster in self.clusters.values():
            for shown in cluster.entries.values():
                found[shown["accessEntryArn"]] = {name: value for name, value in shown.items() if name != "policies"} | {
                    "policies": list(shown["policies"].values())}
            found |= {shown["associationArn"]: shown for shown in cluster.identities.values()}
        return found
