"""moto, in this process: requests go in as HTTP, and its objects are at hand."""
import json
import os
import traceback
from urllib.parse import urlencode

os.environ["MOTO_EC2_LOAD_DEFAULT_AMIS"] = "false"  # a tenth of a second each reset, for nothing

from moto.ec2.models import ec2_backends
from moto.ec2.models.launch_templates import LaunchTemplate
from moto.ec2.models.route_tables import Route
from moto.iam.models import get_account_id_from
from moto.moto_api._internal.models import moto_api_backend
from moto.server import DomainDispatcherApplication, create_backend_app
from werkzeug.test import EnvironBuilder, run_wsgi_app

from ..messages import Refusal, Response
from . import quicker_moto  # noqa: F401

FORM = "application/x-www-form-urlencoded; charset=utf-8"


def route_state(route):
    nat, gateway = route.nat_gateway, route.gateway
    is_lost = (nat and nat.state not in ("available", "pending")) or (gateway and getattr(gateway, "vpc", route) is None)
    return "blackhole" if is_lost else "active"


Route.state = property(route_state)  # moto's are always active
# moto shows the tags that a template was made with.
LaunchTemplate.tags = property(LaunchTemplate.get_tags, lambda template, tags: None)


class Moto:
    def __init__(self):
        self.application = DomainDispatcherApplication(create_backend_app)

    def call(self, service, region, key, parameters):
        """`key`: the access key id, which says whose account it is. -> Response"""
        return self.send(service, region, key, urlencode(parameters), {"Content-Type": FORM}, parameters.get("Action"))

    def call_json(self, service, region, key, target, body):
        """In the JSON protocol 1.1. -> Response"""
        headers = {"Content-Type": "application/x-amz-json-1.1", "X-Amz-Target": target}
        return self.send(service, region, key, json.dumps(body), headers, target)

    def send(self, service, region, key, body, headers, what):
        credential = f"AWS4-HMAC-SHA256 Credential={key}/20260101/{region}/{service}/aws4_request"
        host = f"http://{service}.{region}.amazonaws.com"
        builder = EnvironBuilder(
            path="/", base_url=host, method="POST", data=body, content_type=headers["Content-Type"],
            headers=headers | {"Authorization": f"{credential}, SignedHeaders=host, Signature=0"})
        try:
            body, status, headers = run_wsgi_app(self.application, builder.get_environ(), buffered=True)
        except NotImplementedError as error:
            raise Refusal(501, "NotSimulated", f"moto does not know this of {what}: {error}") from error
        except Exception as error:  # moto checks little, and stumbles over what EC2 refuses
            traceback.print_exc()
            message = f"moto does not understand this {what}: {type(error).__name__}: {error}"
            raise Refusal(400, "InvalidParameterValue", message) from error
        return Response(int(status.split()[0]), b"".join(body), {"Content-Type": headers.get("Content-Type", "text/xml")})

    @staticmethod
    def network(region, key):
        """-> moto's EC2Backend of that account and region."""
        try:
            return ec2_backends[get_account_id_from(key)][region]
        except KeyError:
            raise Refusal(401, "AuthFailure", f"No region {region}") from None

    @staticmethod
    def networks():
        for regions in ec2_backends.values():
            yield from regions.values()

    @staticmethod
    def reset():
        moto_api_backend.reset()
