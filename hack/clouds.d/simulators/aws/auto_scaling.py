"""Auto Scaling, as far as node groups of EKS have groups in it: described, and tagged."""
import xml.etree.ElementTree as xml
from datetime import datetime, timezone

from ..messages import Refusal, Response
from .answers import XML
from .check import nested

SPACE = "http://autoscaling.amazonaws.com/doc/2011-01-01/"


def added(parent, name, value=None):
    child = xml.SubElement(parent, name)
    if value is not None:
        child.text = str(value).lower() if isinstance(value, bool) else str(value)
    return child


class AutoScaling:
    def __init__(self, settings, eks):
        self.settings, self.eks = settings, eks

    def groups(self, region):
        for (place, _), cluster in self.eks.clusters.items():
            for group in cluster.groups.values():
                for found in group.shown.get("resources", {}).get("autoScalingGroups", []):
                    if place == region:
                        yield found["name"], group

    def answer(self, action, region, parameters):
        said = nested(parameters)
        if action == "DescribeAutoScalingGroups":
            return self.describe(region, said)
        if action in ("CreateOrUpdateTags", "DeleteTags"):
            return self.tag(action, region, said)
        raise Refusal(501, "NotSimulated", f"{action} is not simulated")

    def describe(self, region, said):
        found = list(self.groups(region))
        if names := members(said.get("AutoScalingGroupNames")):
            found = [entry for entry in found if entry[0] in names]
        for narrowed in members(said.get("Filters")):
            name, values = narrowed["Name"], members(narrowed.get("Values"))
            if name.startswith("tag:"):
                found = [entry for entry in found if entry[1].scaling_tags.get(name[4:]) in values]
            elif name in ("tag-key", "key"):
                found = [entry for entry in found if set(values) & set(entry[1].scaling_tags)]
            else:
                raise Refusal(400, "ValidationError", f"Filter type {name} is not correct")
        size, start = self.settings.pageSize or int(said.get("MaxRecords", 100)), int(said.get("NextToken") or 0)

        def fill(result):
            listed = added(result, "AutoScalingGroups")
            for name, group in sorted(found)[start:start + size]:
                show(added(listed, "member"), name, group)
            if start + size < len(found):
                added(result, "NextToken", start + size)

        return answered("DescribeAutoScalingGroups", fill)

    def tag(self, action, region, said):
        groups = dict(self.groups(region))
        for tag in members(said.get("Tags")):
            if tag.get("ResourceId") not in groups:
                raise Refusal(400, "ValidationError", f"AutoScalingGroup name not found - {tag.get('ResourceId')}")
            tags = groups[tag["ResourceId"]].scaling_tags
            if action == "DeleteTags":
                tags.pop(tag["Key"], None)
            else:
                tags[tag["Key"]] = tag.get("Value", "")
        return answered(action, lambda result: None)


def members(value):
    """{'member': {'1': x, '2': y}} -> [x, y]"""
    return list(value["member"].values()) if value else []


def show(member, name, group):
    sizes, now = group.shown["scalingConfig"], datetime.now(timezone.utc).isoformat()
    added(member, "AutoScalingGroupName", name)
    for element, key in (("MinSize", "minSize"), ("MaxSize", "maxSize"), ("DesiredCapacity", "desiredSize")):
        added(member, element, sizes[key])
    added(member, "CreatedTime", now)
    instances = added(member, "Instances")
    for node in group.nodes:
        instance = added(instances, "member")
        added(instance, "InstanceId", node.replace("eni-", "i-"))
        added(instance, "LifecycleState", "InService")
        added(instance, "HealthStatus", "Healthy")
    tags = added(member, "Tags")
    for key, value in group.scaling_tags.items():
        tag = added(tags, "member")
        for element, text in (("ResourceId", name), ("ResourceType", "auto-scaling-group"), ("Key", key), ("Value", value),
                              ("PropagateAtLaunch", True)):
            added(tag, element, text)


def answered(action, fill, space=SPACE):
    root = xml.Element(f"{action}Response", xmlns=space)
    fill(added(root, f"{action}Result"))
    return Response(200, xml.tostring(root, encoding="utf-8", xml_declaration=True), dict(XML))
