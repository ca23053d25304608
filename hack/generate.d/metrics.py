"""The metrics that the sources export: name, type, labels and help of each.

Read from the calls that register them. Most are `registry.set("name", ["label": …], …, help: "…")`; those of caches and of
gateways are written with a common prefix, and gauges of objects are replaced as a whole."""
import glob
import os
import re

ROOT = os.path.normpath(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))
CALL = re.compile(r"(?:registry|context\.registry)\??\.(add|set|setCounter|observe|replace)\(")
TYPES = {"add": "counter", "setCounter": "counter", "set": "gauge", "replace": "gauge", "observe": "histogram"}
# `replace` takes samples that are made elsewhere. The end-to-end suite compares these with a scrape.
REPLACED = {
    "cloudlinker_resource_condition": ["environment", "kind", "name", "reason", "status", "type"],
    "cloudlinker_object_deleting_seconds": ["environment", "kind", "name"],
    "cloudlinker_certificate_expiry_timestamp_seconds": ["environment", "key", "secret"],
}


def arguments(text, start):
    """The arguments of the call whose parenthesis opens before `start`."""
    depth, quoted, parts, begin, index = 1, False, [], start, start
    while depth:
        letter = text[index]
        if letter == "\\":
            index += 1
        elif letter == '"':
            quoted = not quoted
        elif not quoted and letter in "([{":
            depth += 1
        elif not quoted and letter in ")]}":
            depth -= 1
        if (letter == "," and depth == 1 and not quoted) or not depth:
            parts.append(text[begin:index].strip())
            begin = index + 1
        index += 1
    return parts, index


def literal(text):
    """The text of a literal, or of several that are joined with +; None for anything else."""
    pieces = re.findall(r'"((?:[^"\\]|\\.)*)"', text)
    return "".join(pieces) if pieces and text.startswith('"') else None


def constant(expression, path, text):
    """The value of `name`, `Self.name` or `Type.name`."""
    owner, _, name = expression.rpartition(".")
    if owner not in ("", "Self"):
        (path,) = glob.glob(os.path.join(ROOT, "Sources", "**", f"{owner}.swift"), recursive=True)
        with open(path, encoding="utf-8") as file:
            text = file.read()
    found = re.search(rf'let {name} = "([^"]+)"', text)
    return found and found.group(1)


def labels(parts):
    given = [part for part in parts if part.startswith("[")]
    return sorted(re.findall(r'"(\w+)":', given[0])) if given else []


def registered(path, text):
    for match in CALL.finditer(text):
        parts, _ = arguments(text, match.end())
        told = [part[5:].strip() for part in parts if part.startswith("help:")]
        if not told or path.endswith("/MetricsRegistry.swift"):
            continue
        name = literal(parts[0]) or constant(parts[0], path, text)
        meaning = literal(told[0]) or constant(told[0], path, text)
        if name is None or "\\" in name or meaning is None:
            continue  # the body of a function that others call with the name
        yield name, TYPES[match.group(1)], REPLACED[name] if match.group(1) == "replace" else labels(parts[1:]), meaning


def of_caches(text):
    for match in re.finditer(r"\n    (counter|gauge)\(", text):
        parts, _ = arguments(text, match.end())
        name = literal(parts[0])
        suffix = "_total" if match.group(1) == "counter" else ""
        yield f"informer_{name}{suffix}", match.group(1), ["kind", "scope"], literal(parts[-1])


def of_gateways(text):
    calls = list(re.finditer(r"page\.add\(", text))
    for match, following in zip(calls, [*calls[1:], None]):
        parts, end = arguments(text, match.end())
        body = text[end:following.start() if following else text.index("return page.text")]
        name = f"cloudlinker_gateway_{literal(parts[0])}"
        if len(parts) == 2:
            measures = source("Measures.swift")
            yield name, "histogram", [], re.search(r'help: "([^"]+)"', measures).group(1).rstrip(".")
        else:
            kind = parts[1].lstrip(".")
            keys = sorted({key for keys in re.findall(r"\.set\(\[([^]]*)\]", body) for key in re.findall(r'"(\w+)":', keys)})
            yield name, kind, keys, literal(parts[2]).rstrip(".")


def source(name):
    (path,) = glob.glob(os.path.join(ROOT, "Sources", "**", name), recursive=True)
    with open(path, encoding="utf-8") as file:
        return file.read()


def operator():
    found = {}
    for path in sorted(glob.glob(os.path.join(ROOT, "Sources", "**", "*.swift"), recursive=True)):
        with open(path, encoding="utf-8") as file:
            text = file.read()
        for name, *rest in [*registered(path, text), *(of_caches(text) if path.endswith("/WatchedCache.swift") else ())]:
            kind, keys, meaning = rest
            before = found.get(name, (kind, [], meaning))
            found[name] = (before[0], sorted({*before[1], *keys}), before[2])
    return found


def gateway():
    return {name: tuple(rest) for name, *rest in of_gateways(source("GatewayMetrics.swift"))}
