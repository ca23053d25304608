"""Managed node groups: an Auto Scaling group each, nodes as network interfaces, and the rules of a launch template."""
import uuid

from ...messages import Refusal
from .entry import changed, in_use, not_found, unfit, wrong
from .network import hold, release
from .versions import minor

NOT_IN_TEMPLATE = {"SubnetId": "network interfaces with a subnet", "IamInstanceProfile": "an instance profile",
                   "InstanceMarketOptions": "spot options", "HibernationOptions": "hibernation"}


class NodeGroups:
    def create_nodegroup(self, call):
        cluster, name = self.cluster(call), call["nodegroupName"]
        if cluster.shown["status"] != "ACTIVE":
            raise unfit(f"Cluster '{call['clusterName']}' is not in ACTIVE status")
        if name in cluster.groups:
            raise in_use(f"NodeGroup already exists with name {name} and cluster name {call['clusterName']}")
        outside = set(call["subnets"]) - set(cluster.shown["resourcesVpcConfig"]["subnetIds"])
        if outside:
            raise wrong(f"Subnets are not tagged or not of the cluster's zones: {', '.join(sorted(outside))}")
        self.roles.check(call.account, call["nodeRole"], "ec2.amazonaws.com", "node role")
        scaling = checked(call.get("scalingConfig") or {"minSize": 2, "maxSize": 2, "desiredSize": 2})
        version = call.get("version", cluster.shown["version"])
        if minor(version) > minor(cluster.shown["version"]) or minor(version) < minor(cluster.shown["version"]) - 3:
            raise wrong(f"Requested Nodegroup Kubernetes version {version} is invalid for cluster version {cluster.shown['version']}")
        template = self.template(call)
        for label in call.get("labels", {}):
            check_label(label)
        group = self.entry({
            "nodegroupName": name, "clusterName": call["clusterName"], "version": version, "status": "CREATING",
            "nodegroupArn": call.arn("nodegroup", call["clusterName"], name, str(uuid.uuid4())),
            "releaseVersion": f"{version}.1-20261101", "capacityType": call.get("capacityType", "ON_DEMAND"),
            "scalingConfig": scaling, "subnets": call["subnets"], "nodeRole": call["nodeRole"],
            "amiType": call.get("amiType", "AL2023_x86_64_STANDARD"), "labels": call.get("labels", {}),
            "taints": call.get("taints", []), "health": {"issues": []}, "tags": call.get("tags", {}),
            "updateConfig": call.get("updateConfig", {"maxUnavailable": 1})})
        if template:
            group.shown["launchTemplate"] = template
        if call.get("instanceTypes"):
            group.shown["instanceTypes"] = call["instanceTypes"]
        group.scaling_tags = {"eks:cluster-name": call["clusterName"], "eks:nodegroup-name": name,
                              f"kubernetes.io/cluster/{call['clusterName']}": "owned",
                              "k8s.io/cluster-autoscaler/enabled": "true",
                              f"k8s.io/cluster-autoscaler/{call['clusterName']}": "owned"}
        group.network, group.nodes = call.network, []
        cluster.groups[name] = group
        self.node_entry(cluster, call)
        failure = call.failure

        def settle():
            if failure:
                group.shown["status"] = "CREATE_FAILED"
                group.shown["health"]["issues"] = [{"code": failure.get("code", "NodeCreationFailure"), "resourceIds": [],
                                                    "message": failure.get("message", "")}]
                return
            group.shown["resources"] = {"autoScalingGroups": [{"name": f"eks-{name}-{uuid.uuid4()}"}]}
            group.shown["status"] = "ACTIVE"
            self.fill(group)

        group.begin(self.settings.operation(), settle)
        return {"nodegroup": group.shown}

    @staticmethod
    def template(call):
        """The launch template as the answer shows it, or None."""
        wanted = call.get("launchTemplate")
        if not wanted:
            return None
        if call.get("diskSize") or call.get("remoteAccess"):
            raise wrong("Disk size and remote access must be specified within the launch template")
        found, version, data = look_up(call.network, wanted)
        for name, words in NOT_IN_TEMPLATE.items():
            if name in data or any(name in interface for interface in data.get("NetworkInterfaces", [])):
                raise wrong(f"Launch template {found.id} must not have {words}")
        if data.get("InstanceType") and call.get("instanceTypes"):
            raise wrong("Instance types must be specified either in the launch template or in the request, not in both")
        return {"id": found.id, "name": found.name, "version": str(version)}

    def fill(self, group):
        """As many nodes as are desired, one network interface each."""
        release(group.network, group.nodes)
        groups, tags = of_template(group)
        subnets, number = group.shown["subnets"], group.shown["scalingConfig"]["desiredSize"]
        group.nodes = hold(group.network, [subnets[index % len(subnets)] for index in range(number)], groups,
                           f"node of {group.shown['nodegroupName']}", tags)

    def group(self, call, name="clusterName"):
        found = self.cluster(call, name).groups.get(call["nodegroupName"])
        if not found:
            raise not_found(f"No node group found for name: {call['nodegroupName']}.")
        return found

    def describe_nodegroup(self, call):
        group = self.group(call)
        shown = group.look()
        self.group(call)
        return {"nodegroup": shown}

    def list_nodegroups(self, call):
        return self.page(call, "nodegroups", sorted(self.cluster(call).groups))

    def mutable_group(self, call):
        group, cluster = self.group(call), self.cluster(call)
        if group.is_busy:
            raise in_use(f"Nodegroup {call['nodegroupName']} currently has an update in progress")
        if group.shown["status"] not in ("ACTIVE", "DEGRADED"):
            raise unfit(f"Nodegroup cannot be updated as it is currently in {group.shown['status']} State")
        if cluster.shown["status"] != "ACTIVE":
            raise in_use(f"Cluster {call['clusterName']} currently has an update in progress")
        return group

    def update_nodegroup_config(self, call):
        group = self.mutable_group(call)
        shown, names = group.shown, ("labels", "taints", "scalingConfig", "updateConfig")
        if not any(call.get(name) for name in names):
            raise wrong("At least one of labels, taints, scalingConfig, updateConfig expected")
        new = {}
        if call.get("scalingConfig"):
            new["scalingConfig"] = checked({**shown["scalingConfig"], **call["scalingConfig"]})
        if call.get("updateConfig"):
            new["updateConfig"] = call["updateConfig"]
        if call.get("labels"):
            for label in call["labels"].get("addOrUpdateLabels", {}):
                check_label(label)
            new["labels"] = changed(shown["labels"], call["labels"], "addOrUpdateLabels", "removeLabels")
        if call.get("taints"):
            key = lambda taint: (taint["key"], taint["effect"])  # noqa: E731
            gone = {key(taint) for taint in call["taints"].get("removeTaints", []) + call["taints"].get("addOrUpdateTaints", [])}
            left = [taint for taint in shown["taints"] if key(taint) not in gone]
            new["taints"] = left + call["taints"].get("addOrUpdateTaints", [])

        def change():
            shown.update(new)
            self.fill(group)

        return {"update": group.update("ConfigUpdate", {}, self.settings.operation(), call.failure, change)}

    def update_nodegroup_version(self, call):
        group, cluster = self.mutable_group(call), self.cluster(call)
        shown, new = group.shown, {}
        version = call.get("version")
        if call.get("launchTemplate"):
            if "launchTemplate" not in shown:
                raise wrong("You cannot add a launch template to a node group that was created without one")
            wanted = call["launchTemplate"]
            if shown["launchTemplate"]["id"] != wanted.get("id", shown["launchTemplate"]["id"]):
                raise wrong("Launch template id cannot be changed")
            found, number, _ = look_up(call.network, {"id": shown["launchTemplate"]["id"], **wanted})
            new["launchTemplate"] = {"id": found.id, "name": found.name, "version": str(number)}
        else:
            version = version or cluster.shown["version"]
        if version:
            if minor(version) > minor(cluster.shown["version"]):
                raise wrong(f"Requested Nodegroup Kubernetes version {version} is invalid for cluster version {cluster.shown['version']}")
            if minor(version) < minor(shown["version"]):
                raise wrong(f"Nodegroup Kubernetes version cannot go back from {shown['version']} to {version}")
            new |= {"version": version, "releaseVersion": f"{version}.1-20261101"}

        def change():
            shown.update(new)
            self.fill(group)

        failure = None if call.get("force") and (call.failure or {}).get("code") == "PodEvictionFailure" else call.failure
        return {"update": group.update("VersionUpdate", {}, self.settings.operation(), failure, change)}

    def delete_nodegroup(self, call):
        group, cluster = self.group(call), self.cluster(call)
        if group.shown["status"] == "DELETING":
            return {"nodegroup": group.shown}
        if group.is_busy:
            raise in_use(f"Nodegroup {call['nodegroupName']} currently has an update in progress")
        group.shown["status"] = "DELETING"

        def settle():
            release(group.network, group.nodes)
            del cluster.groups[call["nodegroupName"]]

        group.begin(self.settings.operation(), settle)
        return {"nodegroup": group.shown}


def look_up(network, wanted):
    """-> (template, version number, its data)"""
    templates = network.launch_templates.values()
    found = next((template for template in templates
                  if template.id == wanted.get("id") or template.name == wanted.get("name")), None)
    if not found:
        raise wrong(f"Launch template {wanted.get('id') or wanted.get('name')} does not exist")
    asked = wanted.get("version", "$Default")
    number = {"$Default": found.default_version_number, "$Latest": found.latest_version_number}.get(asked) or int(asked)
    version = next((version for version in found.versions if version.number == number), None)
    if not version:
        raise wrong(f"Launch template {found.id} has no version {asked}")
    return found, number, version.data


def of_template(group):
    """-> security groups and tags of its nodes' network interfaces"""
    template = group.shown.get("launchTemplate")
    if not template:
        return [], {}
    try:
        data = look_up(group.network, template)[2]
    except Refusal:  # deleted meanwhile: the nodes that are there keep what they have
        return [], {}
    interfaces = data.get("NetworkInterfaces", [])
    named = [name for interface in interfaces for name in interface.get("Groups", interface.get("SecurityGroupId", []))]
    tags = {tag["Key"]: tag["Value"] for entry in data.get("TagSpecifications", [])
            if entry["ResourceType"] == "network-interface" for tag in entry["Tags"]}
    return data.get("SecurityGroupIds", data.get("SecurityGroupId", [])) or named, tags


def checked(scaling):
    low, high, wanted = scaling.get("minSize", 0), scaling.get("maxSize", 1), scaling.get("desiredSize", scaling.get("minSize", 0))
    if low > high:
        raise wrong(f"Minimum capacity {low} can't be greater than maximum capacity {high}")
    if not low <= wanted <= high:
        raise wrong(f"desired capacity {wanted} can't be outside of the bounds {low} to {high}")
    return {"minSize": low, "maxSize": high, "desiredSize": wanted}


def check_label(label):
    domain = label.rpartition("/")[0]
    if domain.endswith(("kubernetes.io", "k8s.io", "eks.amazonaws.com")) and not domain.startswith("node."):
        raise wrong(f"Label cannot contain reserved prefixes [kubernetes.io/, k8s.io/, eks.amazonaws.com/]: {label}")
