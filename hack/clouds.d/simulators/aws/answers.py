"""Answers of EC2 and STS in XML: errors in their two formats, and lists that are narrowed and cut into pages."""
import base64
import binascii
import uuid
import xml.etree.ElementTree as xml
from xml.sax.saxutils import escape

from ..messages import Refusal, Response

XML = {"Content-Type": "text/xml;charset=UTF-8"}


# Services of REST-JSON have names of their own for what goes wrong before an operation begins.
IN_JSON = {"RequestLimitExceeded": "ThrottlingException", "InternalError": "ServerException",
           "UnauthorizedOperation": "AccessDeniedException", "AuthFailure": "UnrecognizedClientException",
           "InvalidClientTokenId": "UnrecognizedClientException", "SignatureDoesNotMatch": "InvalidSignatureException",
           "ExpiredToken": "ExpiredTokenException", "InvalidParameterValue": "InvalidParameterException"}


def error(service, refusal):
    if service == "eks":
        return Response(refusal.status, {"message": refusal.message}, {
            "x-amzn-ErrorType": IN_JSON.get(refusal.code, refusal.code)})
    if service == "secretsmanager":
        code = IN_JSON.get(refusal.code, refusal.code)
        return Response(400 if refusal.status < 500 else refusal.status, {"__type": code, "Message": refusal.message},
                        {"Content-Type": "application/x-amz-json-1.1"})
    code, message = escape(refusal.code), escape(refusal.message)
    request_id = uuid.uuid4()
    if service == "ec2":
        body = (f"<Response><Errors><Error><Code>{code}</Code><Message>{message}</Message></Error></Errors>"
                f"<RequestID>{request_id}</RequestID></Response>")
    else:
        side = "Sender" if refusal.status < 500 else "Receiver"
        body = (f'<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><Error><Type>{side}</Type>'
                f"<Code>{code}</Code><Message>{message}</Message></Error><RequestId>{request_id}</RequestId></ErrorResponse>")
    return Response(refusal.status, f'<?xml version="1.0" encoding="UTF-8"?>\n{body}', dict(XML))


def plain(element):
    """The name of an element without its namespace."""
    return element.tag.rpartition("}")[2]


def find(root, name):
    """-> text of the first element of that name, or None."""
    return next((element.text for element in root.iter() if plain(element) == name), None)


class Listing:
    """The answer of a describe, of which items can be taken away."""

    def __init__(self, body, list_name):
        self.root = xml.fromstring(body)
        self.list = next((child for child in self.root if plain(child) == list_name), None)

    def keep(self, wanted):
        if self.list is not None:
            for item in [item for item in self.list if not wanted(item)]:
                self.list.remove(item)

    def page(self, size, token):
        start = self.start_of(token)
        items = list(self.list) if self.list is not None else []
        for number, item in enumerate(items):
            if not start <= number < start + size:
                self.list.remove(item)
        if start + size < len(items):
            # EC2's own tokens are opaque and long too.
            token = base64.b64encode(f"next:{start + size}:{uuid.uuid4()}".encode()).decode()
            xml.SubElement(self.root, self.root.tag.rpartition("}")[0] + "}nextToken").text = token

    @staticmethod
    def start_of(token):
        if not token:
            return 0
        try:
            word, start, _ = base64.b64decode(token, validate=True).decode().split(":")
            if word == "next":
                return int(start)
        except (ValueError, binascii.Error):
            pass
        raise Refusal(400, "InvalidNextToken", f"The token '{token}' is invalid")

    def response(self):
        xml.register_namespace("", self.root.tag.rpartition("}")[0].lstrip("{"))
        return Response(200, xml.tostring(self.root, encoding="utf-8", xml_declaration=True), dict(XML))


def unit(item):
    """The instance of a reservation; any other item is what it is."""
    instances = next((child for child in item if plain(child) == "instancesSet"), ())
    return instances[0] if len(instances) else item


def item_id(item, name):
    return next((child.text for child in unit(item) if plain(child) == name), None)


def item_tags(item):
    tags = next((child for child in unit(item) if plain(child) == "tagSet"), ())
    return {item_id(tag, "key"): item_id(tag, "value") or "" for tag in tags}
