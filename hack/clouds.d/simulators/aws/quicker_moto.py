"""moto, where it looks through everything to find one thing: a hundred networks took it half a second a request.

To be imported before moto serves."""
from functools import lru_cache

from moto import backends
from moto.core import responses
from moto.ec2.models.core import TaggedEC2Resource
from moto.ec2.utils import EC2_PREFIX_TO_RESOURCE, get_prefix


def tags_of(resource):
    """As describe_tags has them, without asking every other resource whether they are its own."""
    tags = resource.ec2_backend.tags.get(resource.id) if resource.id else None
    if not tags:
        return []
    kind = EC2_PREFIX_TO_RESOURCE.get(get_prefix(resource.id), "")
    return [{"resource_id": resource.id, "key": key, "value": value, "resource_type": kind}
            for key, value in tags.items()]


TaggedEC2Resource.get_tags = tags_of
responses.method_names_from_class = lru_cache(maxsize=None)(responses.method_names_from_class)
modules = tuple(backends.list_of_moto_modules())  # folders of the installed package
backends.list_of_moto_modules = lambda: modules
