"""Elastic Load Balancing, as far as somebody looks for load balancers: both generations, listed and with their tags.

Controllers in clusters make them, which nothing here runs: the control door says what there is (POST /_sim/balancer).
"""
import uuid

from ..messages import Refusal
from .auto_scaling import added, answered, members
from .check import nested
from .eks.network import hold, release

NAME = "elasticloadbalancing"
MODELS = {"2015-12-01": "elbv2", "2012-06-01": "elb"}  # one address, told apart by the version
SPACE = "http://elasticloadbalancing.amazonaws.com/doc/{}/"
MOST_NAMES = 20


class LoadBalancing:
    def __init__(self, settings):
        self.settings, self.found = settings, {}  # by ARN or name, in the order of their making

    def change(self, network, wanted):
        """{"subnet": ID, "scheme": "internet-facing" | "internal", "tags": {…}, "classic": true?} or {"delete": ID}. -> it"""
        if "delete" in wanted:
            release(network, self.found.pop(wanted["delete"])["interfaces"])
            return {}
        name, subnet = f"k8s-{uuid.uuid4().hex[:12]}", network.get_subnet(wanted["subnet"])
        arn = f"arn:aws:{NAME}:{network.region_name}:{network.account_id}:loadbalancer/net/{name}/{uuid.uuid4().hex[:16]}"
        made = {"id": name if wanted.get("classic") else arn, "name": name, "region": network.region_name, "vpc": subnet.vpc_id,
                "model": "elb" if wanted.get("classic") else "elbv2", "scheme": wanted["scheme"], "tags": wanted.get("tags", {}),
                "interfaces": hold(network, [subnet.id], [], f"ELB net/{name}")}
        self.found[made["id"]] = made
        return {"id": made["id"]}

    def answer(self, action, region, parameters):
        said, version = nested(parameters), parameters["Version"]
        own = [found for found in self.found.values() if (found["region"], found["model"]) == (region, MODELS[version])]
        handler = {"DescribeLoadBalancers": self.describe, "DescribeTags": self.tags}.get(action)
        if not handler:
            raise Refusal(501, "NotSimulated", f"{action} is not simulated")
        return handler(said, own, MODELS[version] == "elb", SPACE.format(version))

    def describe(self, said, own, is_classic, space):
        size, start = self.settings.pageSize or int(said.get("PageSize", 400)), int(said.get("Marker") or 0)

        def fill(result):
            listed = added(result, "LoadBalancerDescriptions" if is_classic else "LoadBalancers")
            for found in own[start:start + size]:
                member = added(listed, "member")
                added(member, "LoadBalancerName", found["name"])
                added(member, "Scheme", found["scheme"])
                added(member, "VPCId" if is_classic else "VpcId", found["vpc"])
                if not is_classic:
                    added(member, "LoadBalancerArn", found["id"])
                    added(member, "Type", "network")
            if start + size < len(own):
                added(result, "NextMarker", start + size)

        return answered("DescribeLoadBalancers", fill, space)

    def tags(self, said, own, is_classic, space):
        names = members(said.get("LoadBalancerNames" if is_classic else "ResourceArns"))
        if len(names) > MOST_NAMES:
            raise Refusal(400, "ValidationError", f"Up to {MOST_NAMES} load balancers can be named")
        known = {found["id"]: found for found in own}
        if missing := [name for name in names if name not in known]:
            raise Refusal(400, "LoadBalancerNotFound", f"Load balancers {missing} not found")

        def fill(result):
            listed = added(result, "TagDescriptions")
            for name in names:
                member = added(listed, "member")
                added(member, "LoadBalancerName" if is_classic else "ResourceArn", name)
                tags = added(member, "Tags")
                for key, value in known[name]["tags"].items():
                    tag = added(tags, "member")
                    added(tag, "Key", key)
                    added(tag, "Value", value)

        return answered("DescribeTags", fill, space)

    def counts(self):
        return {"load-balancer": len(self.found)}
