"""Secrets Manager: what a request says in JSON 1.1, and what AWS refuses and moto takes."""
import json

from moto.secretsmanager.models import secretsmanager_backends

from ..messages import Finding, Refusal, Response
from . import model
from .json_check import JSONCheck

SERVICE, TYPE = "secretsmanager", "application/x-amz-json-1.1"


def check(request):
    """-> (operation, findings)"""
    prefix, _, action = request.headers.get("x-amz-target", "").partition(".")
    operation = f"{SERVICE}:{action}"
    if prefix != model.service(SERVICE).metadata["targetPrefix"] or not model.operation(SERVICE, action):
        return operation, [Finding("X-Amz-Target", f"no operation {prefix}.{action}", "UnknownOperationException")]
    if request.headers.get("content-type") != TYPE:
        return operation, [Finding("Content-Type", f"{TYPE} expected", "SerializationException")]
    try:
        body = request.json()
    except ValueError as error:
        return operation, [Finding("", str(error), "SerializationException")]
    check = JSONCheck("InvalidParameterException")
    shape = model.operation(SERVICE, action).input_shape
    for name in sorted(set(body) - set(shape.members)):
        check.error(name, "is no member of the request")
    check.value(shape, {name: value for name, value in body.items() if name in shape.members})
    return operation, check.findings


class Secrets:
    def __init__(self, settings, moto):
        self.settings, self.moto, self.going = settings, moto, {}  # name -> Wait
        self.fresh = {}  # name -> Wait

    def answer(self, request, scope, action):
        body = request.json()
        if action == "CreateSecret":
            self.check_name(body["Name"])
        response = self.moto.call_json(SERVICE, scope.region, scope.key, f"{SERVICE}.{action}", body)
        if action == "CreateSecret" and response.status == 200:
            self.fresh.setdefault(body["Name"], self.settings.consistency())
        if action == "ListSecrets" and response.status == 200:
            return self.shown(response)
        if action == "DeleteSecret" and response.status == 200:
            self.going[json.loads(response.body)["Name"]] = self.settings.consistency()
        return response

    def shown(self, response):
        """A list is behind what was made."""
        hidden = {name for name, wait in list(self.fresh.items()) if not wait.look()}
        answer = json.loads(response.body)
        answer["SecretList"] = [secret for secret in answer["SecretList"] if secret["Name"] not in hidden]
        return Response(200, json.dumps(answer), response.headers)

    @staticmethod
    def counts():
        living = [secret for regions in secretsmanager_backends.values() for backend in regions.values()
                  for secret in backend.secrets.values()]
        return {"secret": len(living)}

    def check_name(self, name):
        """A name is free only some time after its secret was deleted, even where that was for ever and at once."""
        if name in self.going and not self.going[name].look():
            raise Refusal(400, "InvalidRequestException", "You can't create this secret because a secret with this name is "
                          "already scheduled for deletion.")
