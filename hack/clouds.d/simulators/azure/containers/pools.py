"""Agent pools: written one at a time, and only while nothing of their cluster is under way."""
import copy

from ...messages import Refusal, Response, without_nulls
from ..store import etag
from .profiles import check_pool, complete_pool, is_system, wrong
from .versions import minor, patch

FIXED = ("vmSize", "osDiskSizeGB", "osDiskType", "availabilityZones", "vnetSubnetID", "scaleSetPriority", "maxPods", "osType", "type")


class Pools:
    def __init__(self, store, operations, clusters):
        self.store, self.operations, self.clusters = store, operations, clusters

    @staticmethod
    def shown(cluster, pool):
        return {"id": f"{cluster['id']}/agentPools/{pool['name']}", "name": pool["name"],
                "type": "Microsoft.ContainerService/managedClusters/agentPools",
                "properties": copy.deepcopy({name: value for name, value in pool.items() if name != "name"})}

    def get(self, request, cluster, name):
        pools = cluster["properties"]["agentPoolProfiles"]
        if not name:
            return Response(200, {"value": [self.shown(cluster, pool) for pool in pools]})
        return Response(200, self.shown(cluster, self.found(cluster, name)))

    def found(self, cluster, name):
        found = self.clusters.pool_of(cluster, name)
        if not found:
            raise Refusal(404, "NotFound", f"Agent pool {name} of {cluster['name']} could not be found.")
        return found

    def put(self, request, cluster, name):
        old = self.clusters.pool_of(cluster, name)
        self.clusters.match(request, old["eTag"] if old else None)
        self.clusters.refuse_if_busy(cluster)
        sent = without_nulls(request.json()).get("properties") or {}
        sent = {field: value for field, value in copy.deepcopy(sent).items()
                if field not in ("provisioningState", "eTag", "currentOrchestratorVersion", "status")} | {"name": name}
        control = cluster["properties"]["currentKubernetesVersion"]
        wanted = patch(sent.get("orchestratorVersion", old["orchestratorVersion"] if old else control))
        if minor(wanted) > minor(control) or minor(wanted) < minor(control) - 3:
            raise wrong(f"Node pool version {wanted} and control plane version {control} are incompatible. Minor version of node pool "
                        "cannot be bigger than control plane version.", "NodePoolMcVersionIncompatible")
        return self.change(request, cluster, old, sent, wanted) if old else self.create(request, cluster, sent, control)

    def create(self, request, cluster, sent, control):
        check_pool(self.store, sent, cluster["location"])
        if not sent.get("vmSize"):
            raise wrong("Required parameter agentPoolProfile.vmSize is missing (null).")
        pool = complete_pool(sent, control)
        cluster["properties"]["agentPoolProfiles"].append(pool)
        return self.begin(request, cluster, pool, "Creating", lambda: self.clusters.nodes.fill(cluster, pool), 201)

    def change(self, request, cluster, old, sent, wanted):
        for name in FIXED:
            if name in sent and sent[name] != old.get(name):
                raise wrong(f"Changing property 'properties.{name}' of agent pool {old['name']} is not allowed: it was "
                            f"{old.get(name)!r} and is {sent[name]!r}.", "PropertyChangeNotAllowed")
        new = complete_pool({field: value for field, value in old.items() if field in FIXED} | sent, wanted)
        check_pool(self.store, new, cluster["location"])
        others = [pool for pool in cluster["properties"]["agentPoolProfiles"] if pool is not old]
        if is_system(old) and not is_system(new) and not any(map(is_system, others)):
            raise wrong("There has to be at least one system agent pool.", "BadRequest")
        upgrades = minor(wanted) != minor(old["currentOrchestratorVersion"])
        if minor(wanted) < minor(old["currentOrchestratorVersion"]):
            raise wrong(f"Downgrading agent pool {old['name']} from {old['currentOrchestratorVersion']} to {wanted} is not allowed.",
                        "OperationNotAllowed")

        def apply():
            old.clear()
            old.update(new | {"provisioningState": "Succeeded"})
            if upgrades:
                old["currentOrchestratorVersion"] = wanted
            self.clusters.nodes.fill(cluster, old)

        word = "Upgrading" if upgrades else "Scaling" if new["count"] != old["count"] else "Updating"
        return self.begin(request, cluster, old, word, apply)

    def begin(self, request, cluster, pool, word, change, status=200):
        failure = request.failure
        pool["provisioningState"] = word

        def apply(outcome):
            pool["provisioningState"] = outcome
            pool.pop("status", None)
            if outcome == "Succeeded":
                change()
            else:
                pool["status"] = {"provisioningError": {"code": failure["code"], "message": failure.get("message", "")}}
            pool["eTag"], cluster["eTag"] = etag(), etag()

        operation = self.operations.start(cluster["id"], apply, failure)
        pool["eTag"], cluster["eTag"] = etag(), etag()
        return Response(status, self.shown(cluster, pool), self.operations.headers(operation, request))

    def delete(self, request, cluster, name):
        pool = self.clusters.pool_of(cluster, name)
        if not pool:
            return Response(204)
        self.clusters.match(request, pool["eTag"])
        self.clusters.refuse_if_busy(cluster)
        pools = cluster["properties"]["agentPoolProfiles"]
        if not any(is_system(other) for other in pools if other is not pool):
            raise wrong(f"There has to be at least one system agent pool, and {name} is the only one.", "BadRequest")
        pool["provisioningState"] = "Deleting"

        def apply(outcome):
            if outcome == "Succeeded":
                self.clusters.nodes.empty(cluster, pool)
                pools.remove(pool)
            else:
                pool["provisioningState"] = outcome
            cluster["eTag"] = etag()

        operation = self.operations.start(cluster["id"], apply, request.failure, is_deletion=True)
        return Response(202, b"", self.operations.headers(operation, request))
