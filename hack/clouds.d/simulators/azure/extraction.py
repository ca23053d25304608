"""Reads what Azure's own Python clients know of its API out of their source: there is no machine-readable description in
the wheels besides. Five seconds for the network's, so the outcome is kept in a file."""
import ast
import importlib.util
import json
import os
import re
import sys

PACKAGES = ("azure.mgmt.network", "azure.mgmt.resource.resources")
FILE = os.path.join(sys.prefix, "azure-description-1.json")  # beside the packages it was made from


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


def models_in(tree):
    for node in tree.body:
        if isinstance(node, ast.ClassDef):
            bases = [base.attr if isinstance(base, ast.Attribute) else getattr(base, "id", "") for base in node.bases]
            yield node.name, {"bases": bases, "fields": dict(fields_of(node))}


def requests_in(tree):
    """Functions that build one operation's request."""
    for node in tree.body:
        if not (isinstance(node, ast.FunctionDef) and node.name.startswith("build_")):
            continue
        source = ast.unparse(node)
        url, method = re.search(r"_url = '([^']+)'", source), re.search(r"HttpRequest\(method='(\w+)'", source)
        version = re.search(r"'api-version', '([^']+)'", source)
        if url and method:
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
                if "IO[bytes]" in text and (found := re.search(r"_models\.(\w+)", text)):
                    yield built, found[1]


def extract(package):
    folder = importlib.util.find_spec(package).submodule_search_locations[0]

    def parsed(name):
        with open(os.path.join(folder, name)) as file:
            return ast.parse(file.read())

    operations = parsed("operations/_operations.py")
    requests = dict(requests_in(operations))
    for name, model in bodies_in(operations):
        if name in requests:
            requests[name]["body"] = model
    return {"models": dict(models_in(parsed("models/_models.py"))), "enums": dict(enums_in(parsed("models/_enums.py"))),
            "operations": list(requests.values())}


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
