"""The little of DNS messages (RFC 1035) that an authoritative server of A and CNAME records needs."""
import ipaddress
import struct

A, CNAME = 1, 5
NOERROR, SERVFAIL, NXDOMAIN = 0, 2, 3
TTL_SECONDS = 5
UDP_BYTES = 512
ANSWER, AUTHORITATIVE, TRUNCATED, RECURSION_DESIRED, RECURSION_AVAILABLE = 0x8000, 0x400, 0x200, 0x100, 0x80


def encode_name(name):
    return b"".join(bytes([len(part)]) + part for part in name.encode().split(b".") if part) + b"\0"


def encode_record(owner, kind, value):
    data = ipaddress.IPv4Address(value).packed if kind == A else encode_name(value)
    return encode_name(owner) + struct.pack("!HHIH", kind, 1, TTL_SECONDS, len(data)) + data


def reply(query, lookup, limit):
    """The answer to one DNS message, or None for what is no query."""
    identifier, flags, questions = struct.unpack("!HHH", query[:6])
    if flags & ANSWER or questions != 1:
        return None
    labels, at = [], 12
    while query[at]:
        labels.append(query[at + 1 : at + 1 + query[at]].decode("ascii", "replace"))
        at += query[at] + 1
    question = query[12 : at + 5]
    (kind,) = struct.unpack("!H", query[at + 1 : at + 3])
    code, records = lookup(".".join(labels).lower())
    # An alias answers every kind of question; an address only its own (AAAA: no error, no record).
    wanted = [record for record in records if record[1] in (kind, CNAME)]
    body = b"".join(encode_record(*record) for record in wanted)
    flags = ANSWER | AUTHORITATIVE | RECURSION_AVAILABLE | flags & RECURSION_DESIRED | code
    if 12 + len(question) + len(body) > limit:
        flags, wanted, body = flags | TRUNCATED, [], b""
    return struct.pack("!HHHHHH", identifier, flags, 1, len(wanted), 0, 0) + question + body
