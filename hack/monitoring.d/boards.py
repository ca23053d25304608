"""The boards for Grafana in manifests/monitoring/boards: their panels, and the queries as Grafana would send them."""
import dataclasses
import json
import os
import re

FOLDER = os.path.normpath(os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../manifests/monitoring/boards"))


@dataclasses.dataclass(frozen=True)
class Query:
    expression: str
    legend: str
    is_table: bool
    """Whether it asks for one sample of each series, in columns."""

    def chosen(self, rate, choices):
        """The query with `rate` as the time range of rates and with what a person chose at the top of the board, by
        variable. A variable without a choice is All."""
        expression = self.expression.replace("$__rate_interval", rate)
        return re.sub(r"\$(\w+)", lambda variable: choices.get(variable[1], ".*"), expression)

    def name(self, labels):
        """The name of a series in the legend."""
        return re.sub(r"\{\{(\w+)\}\}", lambda label: labels.get(label[1], ""), self.legend).strip()


@dataclasses.dataclass(frozen=True)
class Panel:
    title: str
    kind: str
    place: dict
    """x, y, w, h; a board is 24 wide."""
    defaults: dict
    """Of the fields: unit, mappings, thresholds, noValue."""
    hidden: set
    """Columns that a table does not show."""
    renamed: dict
    """Titles of columns."""
    queries: list


@dataclasses.dataclass(frozen=True)
class Board:
    name: str
    title: str
    variables: list
    """Label and query of each variable but the data source."""
    panels: list


def load_all():
    return [load(os.path.join(FOLDER, file)) for file in sorted(os.listdir(FOLDER))]


def load(path):
    with open(path, encoding="utf-8") as file:
        content = json.load(file)
    variables = [(variable["label"], variable["query"]) for variable in content["templating"]["list"]
                 if variable["type"] == "query"]
    name = os.path.basename(path).removesuffix(".json")
    return Board(name, content["title"], variables, [panel(each) for each in content["panels"]])


def panel(content):
    hidden, renamed = set(), {}
    for change in content.get("transformations", []):
        hidden |= {column for column, out in change["options"].get("excludeByName", {}).items() if out}
        renamed |= change["options"].get("renameByName", {})
    queries = [query(target) for target in content["targets"]]
    return Panel(content["title"], content["type"], content["gridPos"], content["fieldConfig"]["defaults"], hidden, renamed, queries)


def query(target):
    return Query(target["expr"], target.get("legendFormat", ""), bool(target.get("instant")) and target.get("format") == "table")
