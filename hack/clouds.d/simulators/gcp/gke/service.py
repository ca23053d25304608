"""GKE: who answers which method."""
from ..store import ZONES
from . import versions
from .clusters import Clusters
from .node_pools import NodePools
from .operations import Operations
from .refusals import not_simulated


class Call:
    def __init__(self, path, request):
        """`path`: projects/p/locations/l/clusters/c…"""
        self.path, self.body, self.failure = path, request.json() or {}, request.failure
        self.parent, self.location = "/".join(path.split("/")[:4]), path.split("/")[3]


class GKE(Clusters, NodePools, Operations):
    def __init__(self, settings, store, fleet):
        self.settings, self.store, self.fleet = settings, store, fleet
        self.clusters, self.operations = {}, {}  # by path

    def answer(self, operation, request):
        for cluster in list(self.clusters.values()):
            cluster.settle()
        path = request.plain_path.removeprefix("/v1/").partition(":")[0]
        collection, verb = operation.split(".")[-2:]
        handler = getattr(self, f"{collection}_{verb}", None)
        if not handler or path.split("/")[2] != "locations":
            raise not_simulated(operation)
        if path.split("/")[3] not in ZONES:
            raise not_simulated("clusters of a zone")
        return handler(Call(path, request))

    @staticmethod
    def zones(region):
        return ZONES[region]

    def locations_getServerConfig(self, call):
        return versions.server_config()

    def counts(self):
        pools = sum(len(cluster.shown["nodePools"]) for cluster in self.clusters.values())
        return {name: number for name, number in {"clusters": len(self.clusters), "nodePools": pools}.items() if number}

    def objects(self):
        return {path: {name: value for name, value in cluster.shown.items() if name not in ("etag", "labelFingerprint")}
                for path, cluster in self.clusters.items()}
