"""Reads what Azure's own Python clients know of its API out of their source: there is no machine-readable description in
the wheels besides. Five seconds for the network's, so the outcome is kept in a file."""
import ast
import glob
import importlib.util
import json
import os
import re
import sys

PACKAGES = ("azure.mgmt.network", "azure.mgmt.resource.resources", "azure.mgmt.containerservice",
            "azure.mgmt.authorization.v2022_04_01", "azure.mgmt.msi.v2024_11_30", "azure.mgmt.containerinstance",
            "azure.mgmt.monitor.v2021_05_01_preview")
FILE = os.path.join(sys.prefix, "azure-description-2.json")  # beside the packages it was made from


def type_of(annotation):
    """'str', 'int', …, {"list": T}, {"map": T} or {"ref": name of a model or enum}"""
    text = annotation if isinstance(annotation, str) else ast.unparse(annotation).replace('"', "'")
    if found := re.fullmatch(r"Optional\[(.*)\]", text):
        return type_of(found[1])
    if found := re.fullmatch(r"[Ll]ist\[(.*)\]", text):
        return {"list": type_of(found[1])}
    if found := re.fullmatch(r"[Dd]ict\[str, (.*)\]", text):
        return {"map": type_of(found[1])}
    found = re.search(r"_models\.(\w+)", text)
    return {"ref": found[1]} if found else text


def enums_in(tree):
    for node in tree.body:
        if isinstance(node, ast.ClassDef):
            yield node.name, [line.value.value for line in node.body
                              if isinstance(line, ast.Assign) and isinstance(line.value, ast.Constant)]


def fields_of(model):
    for line in model.body:
        call = getattr(line, "value", None)
        if isinstance(line, ast.AnnAssign) and isinstance(call, ast.Call) and getattr(call.func, "id", "") == "rest_field":
            named = {keyword.arg: keyword.value for keyword in call.keywords}
            name = named["name"].value if "name" in named else line.target.id
            visible = [item.value for item in named["visibility"].elts] if "visibility" in named else []
            optional = ast.unparse(line.annotation).startswith("Optional")
            yield name, {"type": type_of(line.annotation), "required": not optional, "readOnly": visible == ["read"]}


def mapped_type(text, enum):
    """The same of the older clients: `text` as in an _attribute_map, `enum` as the constructor's annotation has it."""
    if text[0] in "[{":
        return {"list" if text[0] == "[" else "map": mapped_type(text[1:-1], "")}
    found = re.search(r"_models\.(\w+)", enum)
    if found and text == "str":
        return {"ref": found[1]}
    return {"ref": text} if text[0].isupper() else {"iso-8601": "str"}.get(text, text)


def mapped_models(node):
    """(name, model) of a class with an _attribute_map, whose keys say how deep a field lies: each dot is a model of its own."""
    named = {line.targets[0].id: line.value for line in node.body if isinstance(line, ast.Assign)}
    if "_attribute_map" not in named:
        return
    rules = ast.literal_eval(named["_validation"]) if "_validation" in named else {}
    annotations = {argument.arg: ast.unparse(argument.annotation) for line in node.body
                   if isinstance(line, ast.FunctionDef) for argument in line.args.kwonlyargs if argument.annotation}
    models = {node.name: {"bases": [], "fields": {}}}
    for name, field in ast.literal_eval(named["_attribute_map"]).items():
        *outer, last = re.split(r"(?<!\\)\.", field["key"])
        rule, at = rules.get(name, {}), node.name
        for part in outer:
            inner = models[at]["fields"].setdefault(part, {"type": {"ref": f"{at}.{part}"}, "required": False, "readOnly": False})
            inner["required"] = inner["required"] or bool(rule.get("required"))
            at = f"{at}.{part}"
            models.setdefault(at, {"bases": [], "fields": {}})
        models[at]["fields"][last.replace("\\", "")] = {
            "type": mapped_type(field["type"], annotations.get(name, "")), "required": bool(rule.get("required")),
            "readOnly": bool(rule.get("readonly"))}
    yield from models.items()


def models_in(tree):
    for node in tree.body:
        if isinstance(node, ast.ClassDef) and (older := dict(mapped_models(node))):
            yield from older.items()
        elif isinstance(node, ast.ClassDef):
            bases = [base.attr if isinstance(base, ast.Attribute) else getattr(base, "id", "") for base in node.bases]
            yield node.name, {"bases": bases, "fields": dict(fields_of(node))}


def requests_in(tree):
    """Functions that build one operation's request."""
    for node in tree.body:
        if not (isinstance(node, ast.FunctionDef) and node.name.startswith("build_")):
            continue
        source = ast.unparse(node)
        url, method = re.search(r"(?:_url = |'template_url', )'([^']+)'", source), re.search(r"HttpRequest\(method='(\w+)'", source)
        version = re.search(r"'api-version', '([^']+)'", source)
        # `/{roleAssignmentId}` says nothing: whatever it could be has a path of its own.
        if url and method and not re.fullmatch(r"/\{\w+\}", url[1]):
            yield node.name, {"method": method[1], "url": url[1], "version": version[1] if version else None,
                              "query": re.findall(r"_params\['([^']+)'\] = ", source)}


def bodies_in(tree):
    """(name of the building function, model of the body) of the methods that use one."""
    for group in tree.body:
        for method in group.body if isinstance(group, ast.ClassDef) else ():
            if not isinstance(method, ast.FunctionDef):
                continue
            built = next((node.func.id for node in ast.walk(method) if isinstance(node, ast.Call)
                          and getattr(node.func, "id", "").startswith("build_")), None)
            for argument in method.args.args if built else ():
                text = ast.unparse(argument.annotation) if argument.annotation else ""
                if re.search(r"\bIO\b", text) and (found := re.search(r"_models\.(\w+)", text)):
                    yield built, found[1]


def extract(package):
    folder = importlib.util.find_spec(package).submodule_search_locations[0]

    def parsed(pattern):
        for path in sorted(glob.glob(os.path.join(folder, pattern))):
            with open(path) as file:
                yield ast.parse(file.read())

    found = {"models": {}, "enums": {}, "operations": []}
    for operations in parsed("operations/*operations.py"):
        requests = dict(requests_in(operations))
        for name, model in bodies_in(operations):
            if name in requests:
                requests[name]["body"] = model
        found["operations"] += requests.values()
    for tree in parsed("models/_models*.py"):
        found["models"] |= dict(models_in(tree))
    for tree in parsed("models/*enums.py"):
        found["enums"] |= dict(enums_in(tree))
    return found


def load():
    """-> [{models, enums, operations}], one for each package"""
    if not os.path.exists(FILE):
        partial = f"{FILE}.{os.getpid()}"
        with open(partial, "w") as file:
            json.dump([extract(package) for package in PACKAGES], file)
        os.replace(partial, FILE)
    with open(FILE) as file:
        return json.load(file)


if __name__ == "__main__":
    load()
