"""What a resource may refer to."""
from ..messages import Refusal
from .kinds import key, top
from .store import references

# Fields that refer, and to what.
REFERENCES = {"natGateway": "natGateways", "routeTable": "routeTables", "networkSecurityGroup": "networkSecurityGroups",
              "publicIPAddress": "publicIPAddresses", "publicIpAddresses": "publicIPAddresses", "subnet": "subnets"}


def named_references(value):
    """(field, id or None) wherever a body refers to something that is simulated."""
    if isinstance(value, list):
        for inner in value:
            yield from named_references(inner)
    elif isinstance(value, dict):
        for name, inner in value.items():
            if name in REFERENCES:
                for one in inner if isinstance(inner, list) else [inner]:
                    yield name, one.get("id")
            else:
                yield from named_references(inner)


def check_references(store, resource):
    """Raises Refusal where something is named that is not there, not ready, elsewhere or of another kind."""
    for field, reference in named_references(resource["properties"]):
        if not reference or f"/{REFERENCES[field].lower()}/" not in reference.lower():
            raise Refusal(400, "InvalidRequestFormat", f"Cannot parse the request: value {reference!r} of '{field}' is not the id "
                          f"of one of the {REFERENCES[field]}.")
    for reference in references({name: value for name, value in resource["properties"].items()
                                 if name != "defaultSecurityRules"}):
        if top(reference) == key(resource["id"]) or "ipconfigurations/" in reference.lower():
            continue
        found = store.find(reference)
        place = store.resources.get(top(reference), {}).get("location")
        if not found or place != resource["location"]:
            raise Refusal(400, "InvalidResourceReference", f"Resource {reference} referenced by resource {resource['id']} was not "
                          "found. Please make sure that the referenced resource exists, and that both resources are in the same "
                          "region.")
        if found["properties"].get("provisioningState") not in ("Succeeded", None):
            raise Refusal(409, "ReferencedResourceNotProvisioned", f"Cannot proceed with operation because resource {reference} "
                          f"used by resource {resource['id']} is not in Succeeded state. Resource is in "
                          f"{found['properties']['provisioningState']} state.")
