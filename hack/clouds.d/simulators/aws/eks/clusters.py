"""Clusters: created, configured and upgraded one mutation at a time; deleted when nothing runs in them any more."""
import base64
from ipaddress import ip_network

from moto.ec2.exceptions import InvalidSecurityGroupNotFoundError, InvalidSubnetIdError

from .auto_mode import FIELDS as AUTO_MODE
from .entry import in_use, not_found, unfit, wrong
from .network import PRIVATE, hold, release, subnets_of
from .versions import DEFAULT, check_offered, minor

CONFIGURABLE = {"resourcesVpcConfig": "VpcConfigUpdate", "logging": "LoggingUpdate", "accessConfig": "AccessConfigUpdate",
                "upgradePolicy": "UpgradePolicyUpdate", "deletionProtection": "DeletionProtectionUpdate"}
LOGS = ("api", "audit", "authenticator", "controllerManager", "scheduler")


class Clusters:
    def create_cluster(self, call):
        name = call["name"]
        if (call.region, name) in self.clusters:
            raise in_use(f"Cluster already exists with name: {name}")
        version = call.get("version", DEFAULT)
        check_offered(version)
        self.roles.check(call.account, call["roleArn"], "eks.amazonaws.com", "role with arn")
        vpc = self.checked_network(call)
        access = call.get("accessConfig", {})
        mode = access.get("authenticationMode", "CONFIG_MAP")
        auto = self.auto_mode(call, {}, mode, call["roleArn"])
        if auto["computeConfig"]["enabled"] and call.get("bootstrapSelfManagedAddons", True):
            raise wrong("bootstrapSelfManagedAddons must be false for EKS Auto Mode")
        cluster = self.entry({
            "name": name, "arn": call.arn("cluster", name), "version": version, "roleArn": call["roleArn"], "status": "CREATING",
            "resourcesVpcConfig": vpc, "kubernetesNetworkConfig": self.service_range(call, vpc["vpcId"]),
            "logging": {"clusterLogging": logging({}, call.get("logging", {}))}, "platformVersion": "eks.1",
            "health": {"issues": []}, "encryptionConfig": call.get("encryptionConfig", []), "tags": call.get("tags", {}),
            "accessConfig": {"authenticationMode": mode}, "computeConfig": {"enabled": False},
            "upgradePolicy": call.get("upgradePolicy", {"supportType": "EXTENDED"}),
            "deletionProtection": call.get("deletionProtection", False)})
        cluster.groups, cluster.add_ons, cluster.entries, cluster.identities, cluster.insights = {}, {}, {}, {}, []
        cluster.nodes = []  # of Auto Mode, as network interfaces
        self.clusters[call.region, name] = cluster
        cluster.interfaces = hold(call.network, vpc["subnetIds"], vpc["securityGroupIds"], f"Amazon EKS {name}")
        if access.get("bootstrapClusterCreatorAdminPermissions", True):
            self.bootstrap_entry(cluster, call)
        failure = call.failure

        def settle():
            if failure:
                cluster.shown["status"] = "FAILED"
                cluster.shown["health"]["issues"] = [{"code": failure.get("code", "Other"), "message": failure.get("message", ""),
                                                      "resourceIds": []}]
                return
            group = call.network.create_security_group(
                f"eks-cluster-sg-{name}-{len(name)}", "EKS created security group", vpc["vpcId"],
                tags={f"kubernetes.io/cluster/{name}": "owned", "aws:eks:cluster-name": name})
            vpc["clusterSecurityGroupId"] = group.id
            cluster.shown |= {"status": "ACTIVE", "endpoint": f"https://{abs(hash(name)):032X}.gr7.{call.region}.eks.amazonaws.com",
                              "certificateAuthority": {"data": base64.b64encode(b"certificate of " + name.encode()).decode()}}
            self.settle_auto_mode(cluster, call, auto)

        cluster.begin(self.settings.operation(), settle)
        return {"cluster": cluster.shown}

    def checked_network(self, call):
        wanted = call["resourcesVpcConfig"]
        private, public = wanted.get("endpointPrivateAccess", False), wanted.get("endpointPublicAccess", True)
        if not private and not public:
            raise wrong("Private and public endpoint access cannot be false")
        try:
            subnets = subnets_of(call.network, wanted.get("subnetIds", []))
        except InvalidSubnetIdError as error:
            raise wrong(f"{error.message} (Service: AmazonEC2)") from None
        if len({subnet.availability_zone for subnet in subnets}) < 2:
            raise wrong("Subnets specified must be in at least two different AZs")
        networks = {subnet.vpc_id for subnet in subnets}
        if len(networks) > 1:
            raise wrong("Subnets must be of one VPC")
        for subnet in subnets:
            if subnet.available_ip_address_count < 6:
                raise wrong(f"Subnet {subnet.id} has fewer than 6 free addresses")
        vpc = networks.pop()
        for group in wanted.get("securityGroupIds", []):
            found = call.network.get_security_group_from_id(group)
            if not found or found.vpc_id != vpc:
                raise wrong(f"Security group {group} does not exist in VPC {vpc}")
        return {"subnetIds": wanted["subnetIds"], "securityGroupIds": wanted.get("securityGroupIds", []), "vpcId": vpc,
                "endpointPublicAccess": public, "endpointPrivateAccess": private,
                "publicAccessCidrs": wanted.get("publicAccessCidrs", ["0.0.0.0/0"] if public else [])}

    @staticmethod
    def service_range(call, vpc):
        wanted = call.get("kubernetesNetworkConfig", {}).get("serviceIpv4Cidr")
        own = [ip_network(found["cidr_block"]) for found in call.network.vpcs[vpc].get_cidr_block_association_set()]
        if not wanted:
            taken = any(block.overlaps(ip_network("10.100.0.0/16")) for block in own)
            wanted = "172.20.0.0/16" if taken else "10.100.0.0/16"
        try:
            block = ip_network(wanted)
        except ValueError:
            raise wrong(f"{wanted} is not a valid CIDR") from None
        if not 12 <= block.prefixlen <= 24 or not any(block.subnet_of(private) for private in PRIVATE):
            raise wrong(f"The serviceIpv4Cidr {wanted} must be of /24 to /12 within 10.0.0.0/8, 172.16.0.0/12 or 192.168.0.0/16")
        if any(block.overlaps(other) for other in own):
            raise wrong(f"The serviceIpv4Cidr {wanted} overlaps with a CIDR of the VPC")
        return {"serviceIpv4Cidr": wanted, "ipFamily": "ipv4", "elasticLoadBalancing": {"enabled": False}}

    def describe_cluster(self, call):
        cluster = self.cluster(call, "name")
        shown = cluster.look()
        self.cluster(call, "name")  # the look may have been the one that saw it go
        return {"cluster": shown}

    def list_clusters(self, call):
        return self.page(call, "clusters", sorted(name for region, name in self.clusters if region == call.region))

    def mutable(self, call, name="name"):
        """The cluster, if it takes a mutation now."""
        cluster = self.cluster(call, name)
        if cluster.is_busy:
            raise in_use(f"Cluster {call[name]} currently has an update in progress, or is {cluster.shown['status']}")
        if cluster.shown["status"] != "ACTIVE":
            raise unfit(f"Cluster '{call[name]}' is not in ACTIVE status")
        return cluster

    def update_cluster_config(self, call):
        cluster = self.mutable(call)
        wanted = [name for name in CONFIGURABLE if call.get(name) is not None]
        is_auto = any(call.get(name) is not None for name in AUTO_MODE)
        if len(wanted) + is_auto != 1:
            raise wrong("Only one type of update can be allowed.")
        if is_auto:
            return self.update_auto_mode(call, cluster)
        name, shown = wanted[0], cluster.shown
        if name == "logging":
            new = {"clusterLogging": logging(shown["logging"], call["logging"])}
        elif name == "resourcesVpcConfig":
            new = shown[name] | {key: value for key, value in call[name].items()}
            if not new["endpointPrivateAccess"] and not new["endpointPublicAccess"]:
                raise wrong("Private and public endpoint access cannot be false")
            if not new["endpointPublicAccess"]:
                new["publicAccessCidrs"] = []
        elif name == "deletionProtection":
            new = call[name]
        else:
            new = {**shown[name], **call[name]}
        if new == shown[name]:
            raise wrong(f"Cluster is already at the desired configuration with {name}: {call[name]}")

        def change():
            shown[name] = new

        update = cluster.update(CONFIGURABLE[name], {}, self.settings.operation(), call.failure, change)
        return {"update": update}

    def update_auto_mode(self, call, cluster):
        shown = cluster.shown
        new = self.auto_mode(call, shown, shown["accessConfig"]["authenticationMode"], shown["roleArn"])
        if new["computeConfig"] == shown["computeConfig"]:
            raise wrong(f"Cluster is already at the desired configuration with computeConfig: {new['computeConfig']}")
        return {"update": cluster.update("AutoModeUpdate", {}, self.settings.operation(), call.failure,
                                         lambda: self.settle_auto_mode(cluster, call, new))}

    def update_cluster_version(self, call):
        cluster, version = self.mutable(call), call["version"]
        shown, now = cluster.shown, cluster.shown["version"]
        check_offered(version)
        if minor(version) == minor(now):
            raise wrong(f"Cluster is already at version {version}")
        if minor(version) != minor(now) + 1:
            raise wrong(f"Unsupported Kubernetes minor version update from {now} to {version}")
        behind = sorted(name for name, group in cluster.groups.items() if group.shown["version"] != now)
        if behind:
            raise unfit(f"Nodegroups {', '.join(behind)} must be updated to match cluster version {now} before updating cluster version")
        blocking = [found["name"] for found in cluster.insights if found["kubernetesVersion"] == version
                    and found["insightStatus"]["status"] == "ERROR"]
        if blocking and not call.get("force"):
            raise unfit(f"Cluster has upgrade insights with errors: {', '.join(blocking)}")
        update = cluster.update("VersionUpdate", {"Version": version, "PlatformVersion": "eks.1"}, self.settings.operation(),
                                call.failure, lambda: shown.update(version=version))
        return {"update": update}

    def describe_update(self, call):
        holder = self.cluster(call, "name")
        if call.get("nodegroupName"):
            holder = self.group(call, "name")
        elif call.get("addonName"):
            holder = self.add_on(call, "name")
        if call["updateId"] not in holder.updates:
            raise not_found(f"No update found for ID: {call['updateId']}")
        holder.pass_time(looked=True)
        return {"update": holder.updates[call["updateId"]]}

    def list_updates(self, call):
        holder = self.group(call, "name") if call.get("nodegroupName") else self.cluster(call, "name")
        return self.page(call, "updateIds", list(holder.updates))

    def delete_cluster(self, call):
        cluster, name = self.cluster(call, "name"), call["name"]
        if cluster.groups:
            raise in_use("Cluster has nodegroups attached")
        if cluster.is_busy:
            raise in_use(f"Cannot delete because cluster {name} currently has an update in progress")
        if cluster.shown["deletionProtection"]:
            raise unfit(f"Cluster {name} has deletion protection enabled")
        cluster.shown["status"] = "DELETING"

        def settle():
            release(call.network, cluster.interfaces + cluster.nodes)
            group = cluster.shown["resourcesVpcConfig"].get("clusterSecurityGroupId")
            try:
                if group:
                    call.network.delete_security_group(group_id=group)
            except InvalidSecurityGroupNotFoundError:
                pass
            del self.clusters[call.region, name]

        cluster.begin(self.settings.operation(), settle)
        return {"cluster": cluster.shown}


def logging(shown, wanted):
    """Every kind of log once, enabled or not, as EKS shows it."""
    enabled = {name for entry in shown.get("clusterLogging", []) if entry["enabled"] for name in entry["types"]}
    for entry in wanted.get("clusterLogging", []):
        names = set(entry.get("types", []))
        enabled = enabled | names if entry.get("enabled") else enabled - names
    on, off = [name for name in LOGS if name in enabled], [name for name in LOGS if name not in enabled]
    return [{"types": names, "enabled": flag} for names, flag in ((on, True), (off, False)) if names]
