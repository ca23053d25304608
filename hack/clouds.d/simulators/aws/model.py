"""botocore's description of the services: the same that AWS' own clients are driven by."""
from functools import cache

from botocore.loaders import Loader
from botocore.model import ServiceModel

SERVICES = ("ec2", "sts", "iam", "eks", "autoscaling", "elb", "elbv2", "secretsmanager")


@cache
def service(name):
    return ServiceModel(Loader().load_service_model(name, "service-2"), name)


@cache
def operation(service_name, action):
    """-> OperationModel, or None."""
    model = service(service_name)
    return model.operation_model(action) if action in model.operation_names else None


def parameter_name(protocol, name, shape):
    """What a member is called in a request: EC2 writes list members in the singular and with a capital."""
    names = shape.serialization
    if protocol == "ec2":
        if "queryName" in names:
            return names["queryName"]
        return names["name"][0].upper() + names["name"][1:] if "name" in names else name
    return names.get("name", name)


@cache
def result_list(action):
    """-> the XML name of the list that an EC2 describe answers with, or None."""
    output = operation("ec2", action).output_shape
    for name, shape in output.members.items() if output else ():
        if shape.type_name == "list":
            return shape.serialization.get("name", name)
    return None


def takes(action, member):
    shape = operation("ec2", action).input_shape
    return bool(shape) and member in shape.members
