"""Node pools: their bounds are the client's, their sizes the autoscaler's."""
import copy
import re

from ...messages import without_nulls
from . import nodes, versions
from .operations import etag
from .refusals import exists, not_found, outdated, unfit, wrong

NAME = re.compile(r"[a-z]([-a-z0-9]{0,38}[a-z0-9])?")
PER_ZONE, TOTAL = ("minNodeCount", "maxNodeCount"), ("totalMinNodeCount", "totalMaxNodeCount")
RESERVED = ("kubernetes.io/", "k8s.io/", "cloud.google.com/")
CONFIG = {"machineType": "e2-medium", "diskSizeGb": 100, "diskType": "pd-balanced", "imageType": "COS_CONTAINERD",
          "serviceAccount": "default", "oauthScopes": ["https://www.googleapis.com/auth/devstorage.read_only"],
          "metadata": {"disable-legacy-endpoints": "true"}, "shieldedInstanceConfig": {"enableIntegrityMonitoring": True},
          "effectiveCgroupMode": "EFFECTIVE_CGROUP_MODE_V2"}


def check_autoscaling(autoscaling):
    if not autoscaling.get("enabled"):
        return
    total, zonal = [any(autoscaling.get(name) for name in names) for names in (TOTAL, PER_ZONE)]
    if total and zonal:
        raise wrong("Total node counts and node counts of a zone must not both be set.")
    low, high = (TOTAL if total else PER_ZONE)
    if autoscaling.get(low, 0) > autoscaling.get(high, 0) or not autoscaling.get(high):
        raise wrong(f"{low} must not be greater than {high}, and {high} must be at least 1.")


def check_labels(labels):
    for label in labels:
        domain = label.rpartition("/")[0] + "/"
        if domain.endswith(RESERVED):
            raise wrong(f"Label {label} has a reserved prefix.")
    if sum(len(name) + len(value) for name, value in labels.items()) > 1024:
        raise wrong("Node labels have at most 1024 characters together.")


class NodePools:
    def completed_pool(self, call, shown, sent):
        """-> a pool as GKE shows it, PROVISIONING"""
        if not NAME.fullmatch(sent.get("name", "")):
            raise wrong(f"Node pool name \"{sent.get('name', '')}\" must be a match of regex '{NAME.pattern}'.")
        pool = copy.deepcopy(sent)
        pool["config"] = copy.deepcopy(CONFIG) | pool.get("config", {})
        check_autoscaling(pool.get("autoscaling", {}))
        check_labels(pool["config"].get("labels", {}))
        pool.setdefault("locations", list(shown["locations"]))
        self.check_locations(call, pool["locations"])
        version = versions.resolve(pool["version"], shown) if pool.get("version") else shown["currentMasterVersion"]
        if versions.minor(version) > versions.minor(shown["currentMasterVersion"]):
            raise wrong(f"Node version \"{version}\" must not be newer than that of the master.")
        if versions.minor(version) < versions.minor(shown["currentMasterVersion"]) - versions.SKEW:
            raise wrong(f"Node version \"{version}\" is too old for the master.")
        pool["version"] = version
        pool.setdefault("networkConfig", {}).setdefault("enablePrivateNodes", shown["networkConfig"]["defaultEnablePrivateNodes"])
        pool["networkConfig"] |= {"podRange": shown["ipAllocationPolicy"]["clusterSecondaryRangeName"]}
        pool["upgradeSettings"] = {"maxSurge": 1, "strategy": "SURGE"} | pool.get("upgradeSettings", {})
        pool["management"] = {"autoRepair": True, "autoUpgrade": True} | pool.get("management", {})
        if not pool["management"]["autoUpgrade"]:
            raise wrong("Auto_upgrade must be true for a cluster of a release channel.")
        if pool.get("autoscaling", {}).get("enabled"):
            pool["autoscaling"].setdefault("locationPolicy", "BALANCED")
        pool.setdefault("maxPodsConstraint", shown.get("defaultMaxPodsConstraint", {"maxPodsPerNode": "110"}))
        return pool | {"status": "PROVISIONING", "etag": etag()}

    def check_locations(self, call, wanted):
        if outside := [zone for zone in wanted if zone not in self.zones(call.location)]:
            raise wrong(f"Locations {outside} are not of {call.location}.")

    def pool_made(self, cluster, pool):
        pool["status"] = "RUNNING"
        number = pool.get("initialNodeCount", 0) * len(pool["locations"])
        most = pool.get("autoscaling", {}).get("totalMaxNodeCount", number)
        cluster.sizes[pool["name"]] = min(number, most)
        nodes.fill(self.store, cluster, pool)

    def pool(self, call):
        cluster = self.cluster(call)
        pool = cluster.pool(call.path.split("/")[7])
        if not pool:
            raise not_found(call.path)
        return cluster, pool

    def nodePools_get(self, call):
        self.cluster(call).settle(looked=True)
        return self.pool(call)[1]

    def nodePools_list(self, call):
        self.cluster(call).settle(looked=True)
        return {"nodePools": self.cluster(call).shown["nodePools"]}

    def nodePools_create(self, call):
        cluster, sent = self.changeable(call), without_nulls(call.body.get("nodePool") or {})
        if cluster.pool(sent.get("name")):
            raise exists(f"{cluster.path}/nodePools/{sent['name']}")
        pool = self.completed_pool(call, cluster.shown, sent)
        cluster.shown["nodePools"].append(pool)

        def failed(failure):
            pool["status"] = "ERROR"
            pool["conditions"] = [{"code": failure.get("code", "UNKNOWN"), "message": failure.get("message", "")}]

        return self.begin_pool(call, cluster, pool, "CREATE_NODE_POOL", lambda: self.pool_made(cluster, pool), failed,
                               status="PROVISIONING")

    def begin_pool(self, call, cluster, pool, kind, done, failed=None, status="RECONCILING"):
        pool["status"] = status

        def ended(finish):
            def end(*arguments):
                if pool["status"] == status:
                    pool["status"] = "RUNNING"
                pool["etag"] = etag()
                finish(*arguments)
            return end

        return self.begin(call, cluster, kind, f"{cluster.path}/nodePools/{pool['name']}", ended(done),
                          ended(failed or (lambda _: None)))

    def changeable_pool(self, call):
        cluster, pool = self.pool(call)
        self.changeable(call)
        if pool["status"] not in ("RUNNING", "RUNNING_WITH_ERROR"):
            raise unfit(f"Node pool \"{pool['name']}\" is in state {pool['status']} and cannot be changed.")
        return cluster, pool

    def nodePools_update(self, call):
        cluster, pool = self.pool(call)
        sent = without_nulls(copy.deepcopy(call.body))
        if sent.pop("etag", pool["etag"]) != pool["etag"]:
            raise outdated("node pool")
        for field in ("imageType", "nodeVersion"):
            if not sent.get(field):
                raise wrong(f"{field} is required.")
        self.changeable_pool(call)
        version, new = self.node_version(cluster, pool, sent["nodeVersion"]), copy.deepcopy(pool)
        new["version"] = version
        for field in ("machineType", "diskType", "imageType"):
            if field in sent:
                new["config"][field] = sent[field]
        if "diskSizeGb" in sent:
            new["config"]["diskSizeGb"] = int(sent["diskSizeGb"])
        if "labels" in sent:
            check_labels(sent["labels"].get("labels", {}))
            new["config"]["labels"] = sent["labels"].get("labels", {})
        if "taints" in sent:
            new["config"]["taints"] = sent["taints"].get("taints", [])
        if "resourceLabels" in sent:
            new["config"]["resourceLabels"] = sent["resourceLabels"].get("labels", {})
        if "locations" in sent:
            self.check_locations(call, sent["locations"])
            new["locations"] = sent["locations"]
        if "upgradeSettings" in sent:
            new["upgradeSettings"] |= sent["upgradeSettings"]
        if "nodeNetworkConfig" in sent:
            new["networkConfig"] |= sent["nodeNetworkConfig"]
        if "workloadMetadataConfig" in sent:
            new["config"]["workloadMetadataConfig"] = sent["workloadMetadataConfig"]

        def done():
            pool.update({name: value for name, value in new.items() if name not in ("status", "etag")})
            nodes.fill(self.store, cluster, pool)

        kind = "UPGRADE_NODES" if version != pool["version"] else "UPDATE_CLUSTER"
        return self.begin_pool(call, cluster, pool, kind, done)

    @staticmethod
    def node_version(cluster, pool, wanted):
        master = cluster.shown["currentMasterVersion"]
        if wanted in ("-", master):
            return master
        if wanted == pool["version"]:
            return wanted
        version = versions.resolve(wanted, cluster.shown)
        if versions.minor(version) > versions.minor(master):
            raise wrong(f"Node version \"{version}\" must not be newer than that of the master.")
        return version

    def nodePools_setAutoscaling(self, call):
        cluster, pool = self.changeable_pool(call)
        autoscaling = without_nulls(call.body.get("autoscaling") or {})
        check_autoscaling(autoscaling)
        if autoscaling.get("enabled"):
            autoscaling.setdefault("locationPolicy", "BALANCED")

        def done():
            pool["autoscaling"] = autoscaling

        return self.begin_pool(call, cluster, pool, "UPDATE_CLUSTER", done)

    def nodePools_setManagement(self, call):
        cluster, pool = self.changeable_pool(call)
        management = without_nulls(call.body.get("management") or {})
        if not management.get("autoUpgrade"):
            raise wrong("Auto_upgrade must be true for a cluster of a release channel.")
        return self.begin_pool(call, cluster, pool, "SET_NODE_POOL_MANAGEMENT", lambda: pool.update(management=management))

    def nodePools_delete(self, call):
        cluster, pool = self.pool(call)
        self.changeable(call)

        def gone():
            cluster.shown["nodePools"].remove(pool)
            cluster.sizes.pop(pool["name"], None)
            nodes.empty(self.store, cluster, pool["name"])

        return self.begin_pool(call, cluster, pool, "DELETE_NODE_POOL", gone, status="STOPPING")
