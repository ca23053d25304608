"""Auto Mode: EKS runs nodes in the cluster's own security group, as many as pods need; see console.py."""
from moto.iam.models import iam_backends

from .entry import wrong
from .network import hold, release
from .roles import listed, part, trust_of

POOLS = {"general-purpose", "system"}
FIELDS = ("computeConfig", "storageConfig", "kubernetesNetworkConfig")
# EKS User Guide, "Auto Mode cluster IAM role". What EKS does without them is not known; here it refuses.
POLICIES = {"AmazonEKSClusterPolicy", "AmazonEKSComputePolicy", "AmazonEKSBlockStoragePolicy", "AmazonEKSLoadBalancingPolicy",
            "AmazonEKSNetworkingPolicy"}
NODE_POLICY = "arn:aws:eks::aws:cluster-access-policy/AmazonEKSAutoNodePolicy"


class AutoMode:
    def auto_mode(self, call, shown, mode, role):
        """What a creation or an update says of Auto Mode, checked against what the cluster has. -> the three fields"""
        compute, storage = call.get("computeConfig") or {}, (call.get("storageConfig") or {}).get("blockStorage") or {}
        balancing = (call.get("kubernetesNetworkConfig") or {}).get("elasticLoadBalancing") or {}
        before = shown.get("computeConfig", {"enabled": False})
        enabled = compute.get("enabled", before["enabled"])
        if {storage.get("enabled", before["enabled"]), balancing.get("enabled", before["enabled"])} != {enabled}:
            raise wrong("For EKS Auto Mode cluster, please ensure that all required configs, including computeConfig, "
                        "kubernetesNetworkConfig, and blockStorage are all either fully enabled or fully disabled.")
        new = {"enabled": enabled}
        if enabled:
            new = {"enabled": True, "nodePools": compute.get("nodePools", before.get("nodePools", [])),
                   "nodeRoleArn": compute.get("nodeRoleArn", before.get("nodeRoleArn"))}
            self.check_auto_mode(call, before, new, mode, role)
        return {"computeConfig": new, "storageConfig": {"blockStorage": {"enabled": enabled}},
                "elasticLoadBalancing": {"enabled": enabled}}

    def check_auto_mode(self, call, before, new, mode, role):
        if mode == "CONFIG_MAP":
            raise wrong("EKS Auto Mode requires the authentication mode API or API_AND_CONFIG_MAP")
        if strange := set(new["nodePools"]) - POOLS:
            raise wrong(f"Compute Config nodePools {sorted(strange)} are not valid")
        if bool(new["nodePools"]) != bool(new["nodeRoleArn"]):
            raise wrong("When Compute Config nodeRoleArn is not null or empty, nodePool value(s) must be provided, and vice versa.")
        if before.get("nodeRoleArn") not in (None, new["nodeRoleArn"]):
            raise wrong("Compute Config nodeRoleArn cannot be changed")
        if new["nodeRoleArn"]:
            self.roles.check(call.account, new["nodeRoleArn"], "ec2.amazonaws.com", "node role")
        found = self.roles.found(call.account, role)
        statements = listed(part(trust_of(found), "Statement"))
        if not any("sts:TagSession" in listed(part(statement, "Action")) for statement in statements):
            raise wrong(f"The role with arn {role} must allow sts:TagSession for EKS Auto Mode")
        attached = {policy.name for policy in iam_backends[call.account]["aws"].managed_policies.values()
                    if policy.arn in found.managed_policies}
        if missing := POLICIES - attached:
            raise wrong(f"The role with arn {role} lacks {', '.join(sorted(missing))} for EKS Auto Mode")

    def settle_auto_mode(self, cluster, call, new):
        """Nodes come and go with it, and EKS makes the access entry of their role."""
        shown, was = cluster.shown, cluster.shown["computeConfig"]["enabled"]
        shown["computeConfig"], shown["storageConfig"] = new["computeConfig"], new["storageConfig"]
        shown["kubernetesNetworkConfig"]["elasticLoadBalancing"] = new["elasticLoadBalancing"]
        enabled, role = new["computeConfig"]["enabled"], new["computeConfig"].get("nodeRoleArn")
        if enabled and role and role not in cluster.entries:
            entry = self.make_entry(cluster, call, role, "EC2", name="system:node:{{EC2PrivateDNSName}}")
            entry["policies"][NODE_POLICY] = {"policyArn": NODE_POLICY, "accessScope": {"type": "cluster", "namespaces": []}}
        if enabled != was:
            fill_auto_nodes(cluster, call.network, 1 if enabled else 0)


def fill_auto_nodes(cluster, network, number):
    release(network, cluster.nodes)
    vpc = cluster.shown["resourcesVpcConfig"]
    subnets = vpc["subnetIds"]
    cluster.nodes = hold(network, [subnets[index % len(subnets)] for index in range(number)], [vpc["clusterSecurityGroupId"]],
                         "node of EKS Auto Mode", {"eks:eks-cluster-name": cluster.shown["name"]})
