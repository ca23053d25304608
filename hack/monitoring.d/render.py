"""hack/render-boards, once matplotlib is there."""
import argparse
import json
import os
import sys
import time
import urllib.parse
import urllib.request
from datetime import datetime, timezone

import boards
from drawing import Drawing

POINTS = 240
"""At most, of a series."""


class Prometheus:
    def __init__(self, url):
        self.url = url.rstrip("/")

    def ask(self, path, **parameters):
        with urllib.request.urlopen(f"{self.url}/api/v1/{path}?{urllib.parse.urlencode(parameters)}", timeout=30) as answer:
            return json.load(answer)["data"]["result"]

    def series(self, query, expression, span):
        """Name and points of each series, as a chart has them."""
        step = max(1, round((span[1] - span[0]) / POINTS))
        for found in self.ask("query_range", query=expression, start=span[0], end=span[1], step=step):
            yield query.name(found["metric"]), [(at, float(value)) for at, value in found["values"]]

    def rows(self, expression, span):
        """Labels of each sample at the end, as a table has them."""
        return [sample["metric"] for sample in self.ask("query", query=expression, time=span[1])]


def draw(board, prometheus, span, options, choices):
    """A picture, and the number of series or rows of each panel."""
    chosen = [f"{label}: {choices.get(label.lower(), 'All')}" for label, _ in board.variables]
    begin, end = (datetime.fromtimestamp(second, timezone.utc) for second in span)
    drawing = Drawing(board, f"{', '.join(chosen)};  {begin:%Y-%m-%d %H:%M} to {end:%H:%M} UTC;  drawn by hack/render-boards, not by Grafana")
    counts = {}
    for panel in board.panels:
        found = []
        for query in panel.queries:
            expression = query.chosen(options.rate, choices)
            found += prometheus.rows(expression, span) if panel.kind == "table" else prometheus.series(query, expression, span)
        found.sort(key=lambda entry: sorted(entry.items()) if panel.kind == "table" else entry[0])
        drawing.add(panel, found, span)
        counts[panel.title] = len(found)
    return drawing, counts


def main():
    parser = argparse.ArgumentParser(prog="hack/render-boards")
    parser.add_argument("prometheus")
    parser.add_argument("folder")
    parser.add_argument("choices", nargs="*", metavar="VARIABLE=VALUE")
    parser.add_argument("--minutes", type=float, default=30)
    parser.add_argument("--rate", default="2m")
    options = parser.parse_intermixed_args()
    choices = dict(choice.split("=", 1) for choice in options.choices)
    end = int(time.time())
    os.makedirs(options.folder, exist_ok=True)
    for board in boards.load_all():
        drawing, counts = draw(board, Prometheus(options.prometheus), (end - int(options.minutes * 60), end), options, choices)
        drawing.save(os.path.join(options.folder, f"{board.name}.png"))
        for title, count in counts.items():
            print(f"{board.name}: {title}: {count}")


sys.exit(main())
