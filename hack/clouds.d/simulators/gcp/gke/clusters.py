"""Clusters: made with their pools, and changed one field and one operation at a time."""
import base64
import copy
import ipaddress
import re

from ...messages import without_nulls
from ..store import link, path_of
from ..writing import fingerprint, merged
from . import nodes, versions
from .operations import Cluster, etag, now
from .refusals import exists, not_found, not_simulated, outdated, unfit, wrong

NAME = re.compile(r"[a-z]([-a-z0-9]{0,38}[a-z0-9])?")
RESERVED_LABEL = re.compile(r"goog-|google")
PRIVATE = [ipaddress.IPv4Network(text) for text in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10")]
LARGEST_LIST = 50  # of authorized networks
# Field of an update -> field of a cluster. The others are not simulated.
UPDATES = {"desiredControlPlaneEndpointsConfig": "controlPlaneEndpointsConfig", "desiredLoggingConfig": "loggingConfig",
           "desiredReleaseChannel": "releaseChannel", "desiredAuthenticatorGroupsConfig": "authenticatorGroupsConfig",
           "desiredDatabaseEncryption": "databaseEncryption", "desiredShieldedNodes": "shieldedNodes",
           "desiredWorkloadIdentityConfig": "workloadIdentityConfig"}


def network_of(shown, call, store):
    """Completes network, subnetwork and ranges, which must be there."""
    project = call.path.split("/")[1]
    subnet = path_of(shown.get("subnetwork", ""), project) or f"projects/{project}/regions/{call.location}/subnetworks/{shown.get('subnetwork')}"
    found = store.objects.get(subnet)
    if not found or subnet.split("/")[3] != call.location:
        raise wrong(f"Subnetwork \"{shown.get('subnetwork')}\" does not exist in {call.location}.")
    if path_of(shown.get("network", ""), project) not in (None, path_of(found["network"], project)):
        raise wrong(f"Network \"{shown['network']}\" is not the one of subnetwork \"{subnet}\".")
    policy = shown.get("ipAllocationPolicy", {})
    if not policy.get("useIpAliases"):
        raise not_simulated("clusters whose pods have no ranges of their own")
    ranges = {one["rangeName"]: one["ipCidrRange"] for one in found.get("secondaryIpRanges", [])}
    for kind in ("cluster", "services"):
        name = policy.get(f"{kind}SecondaryRangeName")
        if name not in ranges:
            raise wrong(f"Services range \"{name}\" does not exist in subnetwork \"{subnet}\".")
        policy[f"{kind}Ipv4CidrBlock"] = ranges[name]
    shown |= {"network": link(path_of(found["network"], project)), "subnetwork": link(subnet), "ipAllocationPolicy": policy,
              "clusterIpv4Cidr": policy["clusterIpv4CidrBlock"], "servicesIpv4Cidr": policy["servicesIpv4CidrBlock"]}
    return ipaddress.IPv4Network(found["ipCidrRange"])


def complete_endpoints(shown, private):
    """What GKE fills in of the endpoints. The public one is open unless the client closes it."""
    config = shown.setdefault("controlPlaneEndpointsConfig", {})
    ip, dns = config.setdefault("ipEndpointsConfig", {}), config.setdefault("dnsEndpointConfig", {})
    for name, value in {"enabled": True, "enablePublicEndpoint": True, "globalAccess": False}.items():
        ip.setdefault(name, value)
    networks = ip.setdefault("authorizedNetworksConfig", {})
    networks.setdefault("enabled", False)
    networks.setdefault("gcpPublicCidrsAccessEnabled", True)
    networks.setdefault("privateEndpointEnforcementEnabled", False)
    if len(networks.get("cidrBlocks", [])) > LARGEST_LIST:
        raise wrong(f"At most {LARGEST_LIST} authorized networks are allowed.")
    for block in networks.get("cidrBlocks", []):
        try:
            found = ipaddress.IPv4Network(block.get("cidrBlock", ""))
        except ValueError as error:
            raise wrong(f"Invalid authorized network: {error}") from None
        if not ip["enablePublicEndpoint"] and not any(found.subnet_of(private) for private in PRIVATE):
            raise wrong(f"Invalid master authorized networks: network \"{found}\" is not a reserved network, which is required "
                        "for private endpoints.")
    dns.setdefault("allowExternalTraffic", False)
    dns["endpoint"] = f"gke-{abs(hash(shown['name'])):x}.{shown['location']}.gke.goog"
    ip["privateEndpoint"] = private
    ip.pop("publicEndpoint", None)
    if ip["enablePublicEndpoint"]:
        ip["publicEndpoint"] = "198.51.100.1"
    shown["endpoint"] = ip.get("publicEndpoint", private)
    # As it is called since before, and not to be sent beside the new one.
    shown["privateClusterConfig"] = {"enablePrivateNodes": shown["networkConfig"]["defaultEnablePrivateNodes"],
                                     "enablePrivateEndpoint": not ip["enablePublicEndpoint"], "privateEndpoint": private}


def check_labels(labels):
    if reserved := [name for name in labels if RESERVED_LABEL.match(name)]:
        raise wrong(f"Label keys must not begin with goog: {reserved}")
    if len(labels) > 64:
        raise wrong("At most 64 labels are allowed.")


class Clusters:
    def cluster(self, call):
        path = "/".join(call.path.split("/")[:6])
        if path not in self.clusters:
            raise not_found(path)
        return self.clusters[path]

    def clusters_create(self, call):
        sent = without_nulls(call.body.get("cluster") or {})
        if not NAME.fullmatch(sent.get("name", "")):
            raise wrong(f"Cluster name \"{sent.get('name', '')}\" must be a match of regex '{NAME.pattern}'.")
        path = f"{call.parent}/clusters/{sent['name']}"
        if path in self.clusters:
            raise exists(path)
        if sent.get("privateClusterConfig") and sent.get("controlPlaneEndpointsConfig"):
            raise wrong("private_cluster_config and control_plane_endpoints_config must not both be set.")
        if sent.get("initialNodeCount") or not sent.get("nodePools"):
            raise wrong("Cluster.node_pools must be given, and Cluster.initial_node_count must not.")
        self.quota(call.parent)
        check_labels(sent.get("resourceLabels", {}))
        shown = copy.deepcopy(sent)
        version = versions.resolve(sent.get("initialClusterVersion", "1.33"), shown)
        subnet = network_of(shown, call, self.store)
        self.service_range_is_free(shown)
        shown |= {"selfLink": f"https://container.googleapis.com/v1/{path}", "location": call.location, "zone": call.location,
                  "createTime": now(), "initialClusterVersion": version, "currentMasterVersion": version, "etag": etag(),
                  "labelFingerprint": fingerprint()[:8], "status": "PROVISIONING",
                  "masterAuth": {"clientCertificateConfig": {"issueClientCertificate": False}}}
        for name, value in {"resourceLabels": {}, "addonsConfig": {"gcePersistentDiskCsiDriverConfig": {"enabled": True}},
                            "loggingConfig": {"componentConfig": {"enableComponents": ["SYSTEM_COMPONENTS", "WORKLOADS"]}},
                            "databaseEncryption": {"state": "DECRYPTED", "currentState": "CURRENT_STATE_DECRYPTED"},
                            "releaseChannel": {"channel": "REGULAR"}, "networkConfig": {},
                            "locations": self.zones(call.location)}.items():
            shown.setdefault(name, value)
        shown["networkConfig"] |= {"network": shown["network"], "subnetwork": shown["subnetwork"]}
        shown["networkConfig"].setdefault("defaultEnablePrivateNodes", False)
        shown.setdefault("maintenancePolicy", {})["resourceVersion"] = etag()
        self.complete_exclusions(shown["maintenancePolicy"])
        private = str(subnet[-3 - len(self.clusters)])
        complete_endpoints(shown, private)
        shown["nodePools"] = [self.completed_pool(call, shown, pool) for pool in shown["nodePools"]]
        cluster = self.clusters[path] = Cluster(path, shown)
        endpoint = shown.pop("endpoint")

        def made():
            shown["endpoint"] = endpoint
            shown["masterAuth"]["clusterCaCertificate"] = base64.b64encode(f"CA of {path}".encode()).decode()
            nodes.open_firewall(self.store, cluster)
            for pool in shown["nodePools"]:
                self.pool_made(cluster, pool)
            if project := shown.get("fleet", {}).get("project"):
                shown["fleet"]["membership"] = self.fleet.register(project, call.location, shown["name"])

        def failed(failure):
            shown["status"] = "ERROR"
            shown["conditions"] = [{"code": failure.get("code", "UNKNOWN"), "message": failure.get("message", "")}]

        return self.begin(call, cluster, "CREATE_CLUSTER", path, made, failed, status="PROVISIONING")

    def service_range_is_free(self, shown):
        """Ranges of pods may be shared; ranges of services within one subnetwork."""
        own = ipaddress.IPv4Network(shown["servicesIpv4Cidr"])
        for other in self.clusters.values():
            same = other.shown["network"] == shown["network"] and other.shown["subnetwork"] != shown["subnetwork"]
            if same and own.overlaps(ipaddress.IPv4Network(other.shown["servicesIpv4Cidr"])):
                raise wrong(f"Services range {own} overlaps that of cluster {other.shown['name']}.")

    def clusters_get(self, call):
        self.cluster(call).settle(looked=True)
        return self.cluster(call).shown

    def clusters_list(self, call):
        found = [cluster for path, cluster in sorted(self.clusters.items()) if path.startswith(call.parent + "/")]
        return {"clusters": [cluster.shown for cluster in found]} if found else {}

    def changeable(self, call):
        cluster = self.cluster(call)
        self.free(cluster)
        if cluster.shown["status"] not in ("RUNNING", "DEGRADED"):
            raise unfit(f"Cluster \"{cluster.shown['name']}\" is in state {cluster.shown['status']} and cannot be changed.")
        self.quota(call.parent)
        return cluster

    def clusters_update(self, call):
        cluster, update = self.cluster(call), without_nulls(call.body.get("update") or {})
        shown = cluster.shown
        if update.pop("etag", shown["etag"]) != shown["etag"]:
            raise outdated("cluster")
        if len(update) != 1:
            raise wrong(f"Exactly one update can be applied at a time; there are {sorted(update)}.")
        self.changeable(call)
        (field, value), = update.items()
        if field == "desiredMasterVersion":
            version = versions.resolve(value, shown)
            versions.check_upgrade(shown, version)
            done, kind = (lambda: shown.update(currentMasterVersion=version)), "UPGRADE_MASTER"
        else:
            done, kind = self.change_of(call, cluster, field, value), "UPDATE_CLUSTER"
        return self.begin(call, cluster, kind, cluster.path, done)

    def change_of(self, call, cluster, field, value):
        shown = cluster.shown
        if field == "desiredDefaultEnablePrivateNodes":
            return lambda: shown["networkConfig"].update(defaultEnablePrivateNodes=value)
        if field == "desiredFleet":
            if shown.get("fleet", {}).get("project", value["project"]) != value["project"]:
                raise unfit("The cluster is registered in another fleet: unregister it first.")

            def registered():
                shown["fleet"] = value | {"membership": self.fleet.register(value["project"], call.location, shown["name"])}

            return registered
        if field not in UPDATES:
            raise not_simulated(f"an update of {field}")
        name, new = UPDATES[field], copy.deepcopy(shown)
        new[name] = merged(shown.get(name), value)
        if name == "controlPlaneEndpointsConfig":
            complete_endpoints(new, shown["controlPlaneEndpointsConfig"]["ipEndpointsConfig"]["privateEndpoint"])
        return lambda: shown.update({key: new[key] for key in (name, "privateClusterConfig", "endpoint")})

    def clusters_setResourceLabels(self, call):
        cluster = self.cluster(call)
        if call.body.get("labelFingerprint") != cluster.shown["labelFingerprint"]:
            raise unfit("Labels could not be set due to fingerprint mismatch.")
        self.changeable(call)
        labels = call.body.get("resourceLabels", {})
        check_labels(labels)
        new = {"resourceLabels": labels, "labelFingerprint": fingerprint()[:8]}
        return self.begin(call, cluster, "SET_LABELS", cluster.path, lambda: cluster.shown.update(new))

    @staticmethod
    def complete_exclusions(policy):
        for name, window in policy.get("window", {}).get("maintenanceExclusions", {}).items():
            options = window.get("maintenanceExclusionOptions", {})
            if not window.get("startTime"):
                raise wrong(f"Maintenance exclusion {name} has no start time.")
            if options.get("endTimeBehavior") == "UNTIL_END_OF_SUPPORT":
                if options.get("scope") == "NO_UPGRADES":
                    raise wrong(f"Maintenance exclusion {name}: NO_UPGRADES cannot last until the end of support.")
                window.setdefault("endTime", "2028-02-11T00:00:00Z")
            if not window.get("endTime"):
                raise wrong(f"Maintenance exclusion {name} has no end time.")

    def clusters_setMaintenancePolicy(self, call):
        cluster = self.cluster(call)
        policy = without_nulls(copy.deepcopy(call.body.get("maintenancePolicy") or {}))
        if policy.get("resourceVersion") != cluster.shown["maintenancePolicy"]["resourceVersion"]:
            raise outdated("maintenance policy")
        self.changeable(call)
        self.complete_exclusions(policy)
        policy["resourceVersion"] = etag()
        return self.begin(call, cluster, "SET_MAINTENANCE_POLICY", cluster.path,
                          lambda: cluster.shown.update(maintenancePolicy=policy))

    def clusters_delete(self, call):
        cluster = self.cluster(call)
        self.free(cluster)
        self.quota(call.parent)

        def gone():
            for pool in cluster.shown["nodePools"]:
                nodes.empty(self.store, cluster, pool["name"])
            nodes.close_firewall(self.store, cluster)
            if membership := cluster.shown.get("fleet", {}).get("membership"):
                self.fleet.unregister(membership)
            del self.clusters[cluster.path]

        def stays(failure):
            cluster.shown["status"] = "ERROR"
            cluster.shown["conditions"] = [{"code": failure.get("code", "UNKNOWN"), "message": failure.get("message", "")}]

        return self.begin(call, cluster, "DELETE_CLUSTER", cluster.path, gone, stays, status="STOPPING")
