"""AWS: what a request goes through on its way to moto and back."""
import os
import xml.etree.ElementTree as xml

from moto.iam.models import iam_backends

from ..messages import Finding, Refusal, Response
from ..names import did_you_mean
from . import answers, aws_policies, endpoints, flow_logs, load_balancing, model, rest, secrets, strictness
from .auto_scaling import AutoScaling
from .check import Check
from .counting import count
from .eks import console
from .eks.service import EKS
from .identity import PATHS, UNSIGNED, Identity
from .interface_endpoints import InterfaceEndpoints
from .instances import Instances
from .in_use import RULES, forget_subnet, forget_vpc
from .moto_door import Moto
from .nat_gateways import NATGateways
from .policy import Policy
from .narrowing import narrowed
from .objects import objects
from .recent import Recent
from .signature import scope_of, verify

CODES = {400: "InvalidParameterValue", 401: "AuthFailure", 403: "UnauthorizedOperation", 500: "InternalError",
         503: "RequestLimitExceeded"}


class AWS:
    name = "aws"

    def __init__(self, settings):
        self.settings, self.moto = settings, Moto()
        key = os.environ.get("CLOUDS_AWS_ACCESS_KEY_ID", "AKIASIMULATOR")
        self.identity = Identity(settings, key, os.environ.get("CLOUDS_AWS_SECRET_ACCESS_KEY", "simulatorsecret"))
        self.reset()

    def reset(self):
        self.moto.reset()
        self.identity.reset()
        self.nat, self.recent, self.replays = NATGateways(self.settings), Recent(self.settings), {}
        self.endpoints = InterfaceEndpoints(self.settings)
        self.eks = EKS(self.settings)
        self.auto_scaling = AutoScaling(self.settings, self.eks)
        self.balancers = load_balancing.LoadBalancing(self.settings)
        self.instances, self.secrets = Instances(self.settings), secrets.Secrets(self.settings, self.moto)
        aws_policies.provide(self.network("us-east-1").account_id)

    def network(self, region):
        return self.moto.network(region, self.identity.key)

    def code_for(self, status):
        return CODES.get(status, "InternalError" if status >= 500 else "InvalidParameterValue")

    def refuse(self, request, refusal):
        scope = scope_of(request)
        return answers.error(scope.service if scope else "sts", refusal)

    def check(self, request):
        """-> (operation, findings)"""
        if PATHS.match(request.path):
            return f"{'pod-identity' if 'v1' in request.path else 'imds'}:{request.method} {request.path}", []
        parameters, scope = request.form or request.parameters, scope_of(request)
        action, findings = parameters.pop("Action", ""), []
        version = parameters.pop("Version", "")
        service = "sts" if action in UNSIGNED else scope.service if scope else "unsigned"
        operation = f"{service}:{action}"
        try:
            if action not in UNSIGNED:
                verify(request, self.identity.known)
        except Refusal as refusal:
            return operation, [Finding("Authorization", refusal.message, refusal.code, refusal.status)]
        if service == load_balancing.NAME:
            service = load_balancing.MODELS.get(version, "elbv2")
        if service not in model.SERVICES:
            message = f"Credential should be scoped to one of {model.SERVICES}, not {service}"
            return operation, [Finding("Authorization", message, "SignatureDoesNotMatch", 403)]
        if model.service(service).metadata["protocol"] == "rest-json":
            return rest.check(service, request)
        if service == secrets.SERVICE:
            return secrets.check(request)
        if not model.operation(service, action):
            near = did_you_mean(action, model.service(service).operation_names)
            return operation, [Finding("Action", f"The action {action} is not valid for this web service{near}.", "InvalidAction")]
        if version != (expected := model.service(service).api_version):
            findings.append(Finding("Version", f"Version {version!r} where {expected} is expected", "InvalidAction"))
        return operation, findings + Check(service, action).run(parameters)

    def answer(self, request, operation):
        if PATHS.match(request.path):
            return self.identity.answer(request)
        service, action = operation.split(":")
        parameters, scope = request.form or request.parameters, scope_of(request)
        if service == "eks":
            return self.eks.answer(request, self.moto.network(scope.region, scope.key))
        if service == "autoscaling":
            return self.auto_scaling.answer(action, scope.region, parameters)
        if service == load_balancing.NAME:
            return self.balancers.answer(action, scope.region, parameters)
        if service == "iam":
            return self.ask_iam(scope, action, parameters)
        if service == secrets.SERVICE:
            if self.settings.leastRights:
                Policy.shipped(self.settings).check_secret(action, request.json())
            return self.secrets.answer(request, scope, action)
        if service == "sts":
            if action in UNSIGNED:
                self.identity.check_web_identity(request)
            if action == "AssumeRole":
                self.identity.check_trust(parameters)
            return self.ask_sts(scope, parameters)
        token = parameters.get("ClientToken")
        if not token:
            return self.ask_ec2(request, scope, action, parameters)
        if (action, token) not in self.replays:
            response = self.ask_ec2(request, scope, action, dict(parameters))
            if response.status >= 300:
                return response
            self.replays[action, token] = (parameters, response)
        first, response = self.replays[action, token]
        if first != parameters:
            raise Refusal(400, "IdempotentParameterMismatch", "The request uses the same client token as a previous, "
                          "but non-identical request. Do not reuse a client token with different requests.")
        return response

    def ask_sts(self, scope, parameters):
        region, key = (scope.region, scope.key) if scope else ("us-east-1", self.identity.key)
        response = self.moto.call("sts", region, key, parameters)
        return self.identity.remember(response) if response.status == 200 else response

    def ask_iam(self, scope, action, parameters):
        if self.settings.leastRights:
            backend = iam_backends[self.moto.network("us-east-1", scope.key).account_id]["aws"]
            Policy.shipped(self.settings).check_identity(backend, action, parameters)
        response = self.moto.call("iam", scope.region, scope.key, parameters)
        if action == "CreateRole" and response.status == 200:
            self.eks.roles.made(answers.find(xml.fromstring(response.body), "Arn"))
        if action == "CreateInstanceProfile" and response.status == 200:
            self.instances.profile_made(parameters["InstanceProfileName"])
        return response

    def ask_ec2(self, request, scope, action, parameters):
        network = self.moto.network(scope.region, scope.key)
        if self.settings.leastRights:
            Policy.shipped(self.settings).check(network, action, parameters)
        unseen = self.recent.asked(action, parameters)
        self.nat.look() if action == "DescribeNatGateways" else self.nat.pass_time()
        if action == "DescribeVpcEndpoints":
            self.endpoints.look()
        self.instances.look() if action == "DescribeInstances" else self.instances.pass_time()
        if action in ("DescribeImages", "RunInstances"):
            self.instances.provide_images(network)
        strictness.check(network, action, parameters)
        if rule := RULES.get(action):
            rule(network, parameters)
        failure, gateway, destination, leaving = request.failure, None, None, []
        is_interface = action == "CreateVpcEndpoint" and parameters.get("VpcEndpointType") == "Interface"
        if action == "RunInstances":
            self.instances.before_run(network, parameters)
        if action == "TerminateInstances":
            return self.instances.terminate(self.instances.before_terminate(network, parameters))
        if action == "CreateFlowLogs":
            destination = flow_logs.before_create(network, parameters)
        elif action == "ModifyVpcEndpoint":
            endpoints.before_modify(network, parameters)
            self.endpoints.before_modify(network, parameters)
        elif is_interface:
            self.endpoints.before_create(network, parameters)
        elif action == "DeleteVpcEndpoints":
            leaving = self.endpoints.before_delete(network, parameters)
        elif action == "CreateNatGateway":
            failure = self.nat.before_create(network, parameters) or failure
        elif action == "DeleteNatGateway":
            gateway = self.nat.before_delete(network, parameters)
        pages = model.takes(action, "NextToken") and model.takes(action, "MaxResults")
        size, start = (int(parameters.pop("MaxResults", 0)), parameters.pop("NextToken", "")) if pages else (0, "")
        if pages and self.settings.pageSize:
            size = min(size or self.settings.pageSize, self.settings.pageSize)
        known, logs = set(network.nat_gateways), set(network.flow_logs)
        ends, machines = set(network.vpc_end_points), set(self.instances.living([network]))
        response = self.moto.call("ec2", scope.region, scope.key, parameters)
        if response.status >= 300:
            return response
        self.recent.made(action, response.body)
        self.instances.started([found for found in self.instances.living([network]) if found not in machines])
        for identifier in set(network.nat_gateways) - known:
            self.nat.created(network.nat_gateways[identifier], failure)
            response.body = response.body.replace(b"<state>available</state>", b"<state>pending</state>")
        flow_logs.created([network.flow_logs[log] for log in set(network.flow_logs) - logs], destination, failure)
        if gateway:
            self.nat.deleted(gateway)
        if action == "ModifyVpcEndpoint":
            endpoints.modified(network, parameters)
            self.endpoints.modified(network, network.vpc_end_points[parameters["VpcEndpointId"]], parameters)
        if is_interface:
            for identifier in set(network.vpc_end_points) - ends:
                self.endpoints.made(network, network.vpc_end_points[identifier])
        self.endpoints.deleted(network, leaving)
        if action == "DeleteSubnet":
            forget_subnet(network, parameters["SubnetId"])
        if action == "DeleteVpc":
            forget_vpc(network, parameters["VpcId"])
        if action.startswith("Describe"):
            return narrowed(response, action, parameters, unseen, (size, start))
        return response

    def counts(self):
        roles = iam_backends[self.network("us-east-1").account_id]["aws"].roles
        return count(self.moto.networks()) | self.eks.counts() | {"role": len(roles)} | self.secrets.counts() | self.balancers.counts()

    def objects(self):
        return objects(self.moto, self.identity.key) | self.eks.objects()

    def post_cluster(self, request):
        """Changes a cluster as people in the console, an autoscaler or EKS itself do; see eks/console.py. -> it"""
        wanted = request.json()
        network = self.network(wanted.get("region", "us-east-1"))
        return Response(200, console.change(self.eks, network, wanted))

    def post_balancer(self, request):
        """Makes or deletes a load balancer as controllers in a cluster do; see load_balancing.py. -> its id"""
        wanted = request.json()
        return Response(200, self.balancers.change(self.network(wanted.pop("region", "eu-west-1")), wanted))

    def post_machines(self, request):
        """Terminates or stops a machine as people in the console do, or publishes an image as Twingate does."""
        wanted = request.json()
        return Response(200, self.instances.change(self.network(wanted.pop("region", "eu-west-1")), wanted))

    def foreign(self, wanted):
        """{"subnet": ID, "securityGroup": ID?, "region": "us-east-1"?}: a network interface in use in that subnet."""
        network = self.moto.network(wanted.get("region", "us-east-1"), self.identity.key)
        groups = [wanted["securityGroup"]] if "securityGroup" in wanted else None
        interface = network.create_network_interface(network.get_subnet(wanted["subnet"]), "", group_ids=groups)
        interface.status, interface.description = "in-use", wanted.get("description", "somebody else's")
        return {"id": interface.id, "kind": "network-interface"}

    def remove_foreign(self, identifier):
        for network in self.moto.networks():
            network.enis.pop(identifier, None)

    def credentials(self):
        return {"accessKeyId": self.identity.key, "secretAccessKey": self.identity.secret}
