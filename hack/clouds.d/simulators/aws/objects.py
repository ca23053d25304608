"""Everything that EC2 shows, as JSON."""
import json
import xml.etree.ElementTree as xml

from . import model
from .answers import item_id, plain, unit
from .kinds import KINDS

LISTS = [(kind.describe, kind.element) for kind in KINDS] + [
    ("DescribeVpcEndpoints", "vpcEndpointId"), ("DescribeNetworkAcls", "networkAclId")]


def as_json(element):
    if not len(element):
        return (element.text or "").strip()
    if any(plain(child) == "item" for child in element):
        return sorted((as_json(child) for child in element), key=json.dumps)  # EC2's lists have no order
    return {plain(child): as_json(child) for child in element}


def objects(moto, key):
    """-> {id: what is shown of it}, of all regions. A deleted NAT gateway is not there."""
    found = {}
    for network in list(moto.networks()):
        for action, identifier in LISTS:
            root = xml.fromstring(moto.call("ec2", network.region_name, key, {"Action": action}).body)
            listed = next((child for child in root if plain(child) == model.result_list(action)), ())
            for item in listed:
                if item_id(item, "state") != "deleted":
                    found[item_id(item, identifier)] = as_json(unit(item))
    return found
