"""Draws a board's panels with matplotlib, where Grafana would put them and with its units, colours and legends."""
import io
import math
from datetime import datetime, timezone

import matplotlib
from matplotlib import dates, ticker
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from PIL import Image

WIDTH, ROW, HEAD = 14.0, 0.31, 0.75
"""Inches: a board, one of Grafana's rows, and what is above the first."""
DOTS = 100
COLOURS = ["#73bf69", "#f2cc0c", "#5794f2", "#ff9830", "#f2495c", "#b877d9", "#37872d", "#e0b400", "#1f60c4", "#fa6400",
           "#c4162a", "#8f3bb8"]
NAMED = {"red": "#e02f44", "green": "#56a64b", "blue": "#3274d9"}
LEGEND_LINES = 4
"""At most, below a chart."""

matplotlib.rcParams.update({"font.family": "DejaVu Sans", "font.size": 7.5, "axes.edgecolor": "#cccccc", "axes.linewidth": 0.6})


DURATIONS = [(1e-6, "µs"), (1e-3, "ms"), (1, "s"), (60, "min"), (3600, "h"), (86_400, "days"), (31_536_000, "years")]
UNITS = {
    "none": [(1, "")],
    "short": [(1, ""), (1e3, "K"), (1e6, "Mil")],
    "s": DURATIONS,
    "bytes": [(1, "B"), (1 << 10, "KiB"), (1 << 20, "MiB"), (1 << 30, "GiB")],
    "Bps": [(1, "B/s"), (1e3, "kB/s"), (1e6, "MB/s"), (1e9, "GB/s")],
    "cps": [(1, "c/s")],
    "reqps": [(1, "req/s")],
    "percentunit": [(0.01, "%")],
}
"""Grafana's units by their names in a board: sizes and what is written after the number."""


def scale(unit, most):
    """The size and the name in which the axis of a chart with this highest value is written."""
    fitting = [size for size in UNITS[unit] if size[0] * 2 <= most]
    return fitting[-1] if fitting else UNITS[unit][0]


class Drawing:
    def __init__(self, board, subtitle):
        self.rows = max(panel.place["y"] + panel.place["h"] for panel in board.panels)
        self.height = HEAD + self.rows * ROW
        self.figure = Figure(figsize=(WIDTH, self.height), dpi=DOTS, facecolor="#f4f5f5")
        self.text(0.12, 0.3, board.title, size=13, weight="bold")
        self.text(0.12, 0.58, subtitle, size=8, color="#666666")

    def text(self, x, y, words, **style):
        """In inches from the upper left corner."""
        self.figure.text(x / WIDTH, 1 - y / self.height, words, va="baseline", **style)

    def axes(self, left, top, right, bottom):
        """In inches from the upper left corner."""
        return self.figure.add_axes((left / WIDTH, 1 - bottom / self.height, (right - left) / WIDTH, (bottom - top) / self.height))

    def add(self, panel, series, span):
        """Series: names with points (time, value) for charts, rows of labels for a table. Span: the first and the last second."""
        unit = WIDTH / 24
        left, top = panel.place["x"] * unit + 0.05, HEAD + panel.place["y"] * ROW + 0.04
        right, bottom = left + panel.place["w"] * unit - 0.1, top + panel.place["h"] * ROW - 0.08
        frame = Rectangle((left / WIDTH, 1 - bottom / self.height), (right - left) / WIDTH, (bottom - top) / self.height,
                          transform=self.figure.transFigure, facecolor="white", edgecolor="#d8d9da", linewidth=0.8, zorder=-1)
        self.figure.add_artist(frame)
        self.text(left + 0.1, top + 0.2, panel.title, size=9, weight="bold")
        inner = (left + 0.12, top + 0.3, right - 0.12, bottom - 0.06)
        if not series:
            words = panel.defaults.get("noValue", "No data")
            self.text((left + right) / 2, (top + bottom) / 2, words, size=11, color="#888888", ha="center")
        elif panel.kind == "table":
            self.table(panel, series, inner)
        elif panel.kind == "state-timeline":
            self.timeline(panel, series, span, inner)
        else:
            self.chart(panel, series, span, inner)

    def time_axis(self, axes, span):
        axes.set_xlim(*(datetime.fromtimestamp(second, timezone.utc) for second in span))
        axes.xaxis.set_major_locator(dates.AutoDateLocator(minticks=4, maxticks=9))
        axes.xaxis.set_major_formatter(dates.DateFormatter("%H:%M"))
        axes.tick_params(length=2, color="#cccccc", labelcolor="#555555")
        for side in ("top", "right"):
            axes.spines[side].set_visible(False)

    def chart(self, panel, series, span, inner):
        left, top, right, bottom = inner
        columns = max(1, min(4, int((right - left) / (0.45 + 0.062 * max(len(name) for name, _ in series)))))
        shown = min(len(series), columns * LEGEND_LINES)
        lines = math.ceil(shown / columns) + (len(series) > shown)
        axes = self.axes(left + 0.6, top, right, bottom - 0.25 - 0.15 * lines)
        for number, (name, points) in enumerate(series):
            times = [datetime.fromtimestamp(time, timezone.utc) for time, _ in points]
            axes.plot(times, [value for _, value in points], label=name, linewidth=1.1, color=COLOURS[number % len(COLOURS)],
                      marker="." if len(points) < 3 else None, markersize=3)
        self.time_axis(axes, span)
        values = [value for _, points in series for _, value in points if math.isfinite(value)]
        floor, ceiling = min([0, *values]), max([0, *values])
        for step in panel.defaults.get("thresholds", {}).get("steps", []):
            if step["value"] is not None:
                axes.axhline(step["value"], color=NAMED["red"], linewidth=0.9, linestyle="--")
                ceiling = max(ceiling, step["value"])
        size, name = scale(panel.defaults.get("unit", "short"), ceiling)
        ticks = ticker.MaxNLocator(5).tick_values(floor / size, (ceiling if ceiling > floor else 1) / size)
        axes.set_yticks([tick * size for tick in ticks], [f"{tick:g} {name}".strip() for tick in ticks])
        axes.set_ylim(floor, ceiling * 1.08 if ceiling > floor else 1)
        axes.grid(axis="both", color="#eeeeee", linewidth=0.6)
        axes.set_axisbelow(True)
        for number, (name, _) in enumerate(series[:shown]):
            x = left + 0.1 + (number % columns) * (right - left) / columns
            y = bottom - 0.15 * (lines - number // columns) + 0.13
            self.figure.add_artist(Rectangle((x / WIDTH, 1 - (y - 0.03) / self.height), 0.13 / WIDTH, 0.025 / self.height,
                                             transform=self.figure.transFigure, color=COLOURS[number % len(COLOURS)]))
            self.text(x + 0.18, y, name, color="#333333")
        if len(series) > shown:
            self.text(left + 0.1, bottom - 0.02, f"and {len(series) - shown} more", color="#888888")

    def timeline(self, panel, series, span, inner):
        left, top, right, bottom = inner
        names = [name for name, _ in series]
        axes = self.axes(left + 0.12 + 0.065 * max(map(len, names)), top, right, bottom - 0.2)
        meanings = {value: meaning for mapping in panel.defaults.get("mappings", []) for value, meaning in mapping["options"].items()}
        for row, (_, points) in enumerate(series):
            for begin, end, value in runs(points):
                meaning = meanings.get(f"{value:g}", {"text": f"{value:g}", "color": "blue"})
                begin, end = (dates.date2num(datetime.fromtimestamp(second, timezone.utc)) for second in (begin, end))
                axes.broken_barh([(begin, end - begin)], (row - 0.4, 0.8), color=NAMED[meaning["color"]], linewidth=0)
                if end - begin > (span[1] - span[0]) / 86_400 / 12:
                    axes.text((begin + end) / 2, row, meaning["text"], ha="center", va="center", color="white", size=7)
        self.time_axis(axes, span)
        axes.set_yticks(range(len(names)), names)
        axes.set_ylim(len(names) - 0.5, -0.5)

    def table(self, panel, rows, inner):
        left, top, right, bottom = inner
        columns = [column for column in (panel.renamed or sorted(rows[0])) if column not in panel.hidden]
        height = 0.185
        fitting = int((bottom - top) / height) - 1
        for number, column in enumerate(columns):
            x = left + 0.05 + number * (right - left) / len(columns)
            self.text(x, top + 0.15, panel.renamed.get(column, column), color="#1f60c4", weight="bold")
            for line, row in enumerate(rows[:fitting]):
                self.text(x, top + 0.15 + (line + 1) * height, row.get(column, ""))
        if len(rows) > fitting:
            self.text(right - 0.05, top + 0.15, f"{fitting} of {len(rows)} rows", color="#888888", ha="right")

    def save(self, path):
        """With few colours: a board is a tenth of the size, and looks the same."""
        content = io.BytesIO()
        self.figure.savefig(content, format="png")
        Image.open(content).convert("RGB").quantize(256, method=Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE).save(path, optimize=True)


def runs(points):
    """Begin, end and value of each stretch of points with the same value; a gap ends a stretch."""
    step = min((later - earlier for (earlier, _), (later, _) in zip(points, points[1:])), default=1)
    stretches = []
    for time, value in points:
        if stretches and stretches[-1][2] == value and time - stretches[-1][1] < step * 0.5:
            stretches[-1][1] = time + step
        else:
            stretches.append([time, time + step, value])
    return stretches
