"""Which of a path's resources is asked for: clusters, agent pools, identities, role assignments, diagnostic settings."""
import re

from ...messages import Refusal, Response
from ..kinds import REGIONS, key
from .access import Assignments, Identities
from .clusters import Clusters
from .diagnostics import Diagnostics
from .pools import Pools
from .versions import OFFERED

GROUP = r"(?P<group>/subscriptions/[^/]+/resourceGroups/[^/]+)"
NAME = r"(?:/(?P<name>[^/]+))?/?"
ROUTES = [(re.compile(pattern, re.IGNORECASE), kind) for pattern, kind in (
    (r"(?P<scope>/.+?)/providers/Microsoft\.Authorization/roleAssignments" + NAME, "assignments"),
    (r"(?P<scope>/.+?)/providers/Microsoft\.Insights/diagnosticSettings" + NAME, "diagnostics"),
    (GROUP + r"/providers/Microsoft\.ManagedIdentity/userAssignedIdentities" + NAME, "identities"),
    (r"/subscriptions/[^/]+/providers/Microsoft\.ContainerService/locations/(?P<name>[^/]+)/kubernetesVersions", "versions"),
    (r"(?P<cluster>" + GROUP + r"/providers/Microsoft\.ContainerService/managedClusters/[^/]+)/agentPools" + NAME, "pools"),
    (r"(?P<cluster>" + GROUP + r"/providers/Microsoft\.ContainerService/managedClusters/[^/]+)/upgradeProfiles/default", "upgrades"),
    (r"(?P<cluster>" + GROUP + r"/providers/Microsoft\.ContainerService/managedClusters/[^/]+)/listClusterUserCredential",
     "credentials"),
    (GROUP + r"/providers/Microsoft\.ContainerService/managedClusters" + NAME, "clusters"))]


class Containers:
    def __init__(self, store, operations):
        self.store = store
        self.assignments = Assignments(store)
        self.identities = Identities(store, self.assignments)
        self.clusters = Clusters(store, operations, self.assignments)
        self.diagnostics = Diagnostics(store)
        self.pools = Pools(store, operations, self.clusters)

    def answer(self, request):
        """-> Response, or None for what belongs to somebody else"""
        for pattern, kind in ROUTES:
            if found := pattern.fullmatch(request.plain_path):
                return getattr(self, f"answer_{kind}")(request, found.groupdict())
        return None

    def call(self, holder, request, *arguments):
        action = getattr(holder, request.method.lower(), None)
        if not action:
            raise Refusal(501, "NotSimulated", f"The simulator does not know {request.method} {request.path}.")
        return action(request, *arguments)

    def check_group(self, group):
        if key(group) not in self.store.groups:
            raise Refusal(404, "ResourceGroupNotFound", f"Resource group '{group.rpartition('/')[2]}' could not be found.")

    def answer_assignments(self, request, found):
        return self.call(self.assignments, request, found["scope"], found["name"] or "")

    def answer_diagnostics(self, request, found):
        return self.call(self.diagnostics, request, found["scope"], found["name"] or "")

    def answer_identities(self, request, found):
        self.check_group(found["group"])
        return self.call(self.identities, request, found["group"], found["name"])

    def answer_versions(self, request, found):
        if found["name"].lower() not in REGIONS:
            raise Refusal(400, "LocationNotAvailableForResourceType", f"{found['name']} is no region.")
        return Response(200, {"values": [{"version": version, "isPreview": False, "patchVersions": {f"{version}.2": {"upgrades": []}}}
                                         for version in OFFERED]})

    def answer_clusters(self, request, found):
        self.check_group(found["group"])
        return self.call(self.clusters, request, found["group"], found["name"])

    def answer_pools(self, request, found):
        self.check_group(found["group"])
        return self.call(self.pools, request, self.clusters.find(found["cluster"]), found["name"])

    def answer_upgrades(self, request, found):
        return self.clusters.upgrades(self.clusters.find(found["cluster"]))

    def answer_credentials(self, request, found):
        return self.clusters.credentials(request, self.clusters.find(found["cluster"]))
