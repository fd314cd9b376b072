"""A PROV document drawn as SVG, so that no Graphviz need be installed.

Elements stand in layers, each below everything that leads to it (longest path), as PROV
diagrams are read: from the answer on top down to its origins. Shapes and colours are those
of the W3C's PROV primer: entities yellow ellipses, activities blue boxes, agents orange
pentagons.
"""

from __future__ import annotations

from collections import defaultdict
from typing import Final
from xml.etree import ElementTree as ET

from prov.constants import PROV, PROV_LABEL, PROV_N_MAP, PROV_TYPE
from prov.model import ProvActivity, ProvAgent, ProvDocument, ProvElement, ProvRelation

_WIDTH: Final = 170
_HEIGHT: Final = 50
_GAP_X: Final = 30
_GAP_Y: Final = 100
_MARGIN: Final = 30
_BEND: Final = 40
_CHARACTERS: Final = 12
"""How much of a name fits into a shape."""

Edge = tuple[str, str, str]
Place = tuple[float, float]


def svg_of(document: ProvDocument) -> str:
    """The drawing, one ``<svg>`` element. Full names stand in ``<title>`` for whoever hovers
    or listens."""
    elements = {
        str(record.identifier): record
        for record in document.get_records()
        if isinstance(record, ProvElement)
    }
    edges = _edges(document, elements)
    places = _places(list(elements), edges)
    right = max((x for x, _ in places.values()), default=0.0) + _WIDTH / 2 + _MARGIN
    bottom = max((y for _, y in places.values()), default=0.0) + _HEIGHT / 2 + _MARGIN
    svg = ET.Element(
        "svg",
        {
            "xmlns": "http://www.w3.org/2000/svg",
            "viewBox": f"0 0 {right:g} {bottom:g}",
            "width": f"{right:g}",
            "height": f"{bottom:g}",
            "font-family": "sans-serif",
            "font-size": "12",
            "role": "img",
        },
    )
    ET.SubElement(svg, "title").text = "PROV"
    _add_arrowhead(svg)
    for number, edge in enumerate(edges):
        _add_edge(svg, edge, places, at=0.3 + 0.15 * (number % 4))
    for name, element in elements.items():
        _add_element(svg, name, element, places[name])
    return ET.tostring(svg, encoding="unicode")


def _edges(document: ProvDocument, elements: dict[str, ProvElement]) -> list[Edge]:
    """``(from, to, relation)`` between drawn elements; several relations share an arrow."""
    named: dict[tuple[str, str], list[str]] = defaultdict(list)
    for relation in document.get_records():
        if not isinstance(relation, ProvRelation):
            continue
        ends = [str(value) for _, value in relation.formal_attributes[:2]]
        if len(ends) == 2 and all(end in elements for end in ends):
            quotation = PROV["Quotation"] in relation.get_attribute(PROV_TYPE)
            kind = "wasQuotedFrom" if quotation else PROV_N_MAP[relation.get_type()]
            named[ends[0], ends[1]].append(kind)
    return [(start, end, ", ".join(kinds)) for (start, end), kinds in named.items()]


def _places(names: list[str], edges: list[Edge]) -> dict[str, Place]:
    """The centre of each element, layers top down, each layer in order of mention."""
    depth = dict.fromkeys(names, 0)
    for _ in names:  # a longest path has fewer edges than there are elements
        for start, end, _kind in edges:
            depth[end] = min(max(depth[end], depth[start] + 1), len(names))
    layers: dict[int, list[str]] = defaultdict(list)
    for name in names:
        layers[depth[name]].append(name)
    widest = max((len(layer) for layer in layers.values()), default=0)
    middle = _MARGIN + widest * (_WIDTH + _GAP_X) / 2
    places: dict[str, Place] = {}
    for row, level in enumerate(sorted(layers)):
        left = middle - len(layers[level]) * (_WIDTH + _GAP_X) / 2
        for column, name in enumerate(layers[level]):
            x = left + (column + 0.5) * (_WIDTH + _GAP_X)
            places[name] = (x, _MARGIN + _HEIGHT / 2 + row * (_HEIGHT + _GAP_Y))
    return places


def _add_arrowhead(svg: ET.Element) -> None:
    marker = ET.SubElement(
        ET.SubElement(svg, "defs"),
        "marker",
        {
            "id": "arrow",
            "viewBox": "0 0 10 10",
            "refX": "9",
            "refY": "5",
            "markerWidth": "7",
            "markerHeight": "7",
            "orient": "auto",
        },
    )
    ET.SubElement(marker, "path", {"d": "M0 0L10 5L0 10z", "fill": "#555"})


def _add_edge(svg: ET.Element, edge: Edge, places: dict[str, Place], at: float) -> None:
    """An arrow, its relation written a share ``at`` of the way along it: neighbours differ,
    so that their words stay apart."""
    start, end, kind = edge
    (x1, y1), (x2, y2) = places[start], places[end]
    y1, y2 = y1 + _HEIGHT / 2, y2 - _HEIGHT / 2
    line = ET.SubElement(
        svg,
        "path",
        {
            "d": f"M{x1:g} {y1:g}C{x1:g} {y1 + _BEND:g} {x2:g} {y2 - _BEND:g} {x2:g} {y2:g}",
            "fill": "none",
            "stroke": "#555",
            "marker-end": "url(#arrow)",
        },
    )
    ET.SubElement(line, "title").text = f"{start} {kind} {end}"
    # Bézier curve with both handles vertical: https://pomax.github.io/bezierinfo/
    near, far = (1 - at) ** 2 * (1 + 2 * at), at**2 * (3 - 2 * at)
    bend = 3 * at * (1 - at) * _BEND * (1 - 2 * at)
    x, y = near * x1 + far * x2, near * y1 + far * y2 + bend
    text = ET.SubElement(
        svg,
        "text",
        {
            "x": f"{x:g}",
            "y": f"{y:g}",
            "text-anchor": "middle",
            "font-size": "9",
            "fill": "#333",
            "stroke": "#fff",
            "stroke-width": "3",
            "paint-order": "stroke",
        },
    )
    text.text = kind


def _add_element(svg: ET.Element, identifier: str, element: ProvElement, place: Place) -> None:
    x, y = place
    group = ET.SubElement(svg, "g")
    label = _printable(" ".join(str(given) for given in element.get_attribute(PROV_LABEL)))
    name = identifier.partition(":")[2]
    ET.SubElement(group, "title").text = f"{name}: {label}" if label else name
    outline = {"stroke": "#444"}
    left, top = x - _WIDTH / 2, y - _HEIGHT / 2
    box = {"x": f"{left:g}", "y": f"{top:g}", "width": str(_WIDTH), "height": str(_HEIGHT)}
    if isinstance(element, ProvActivity):
        ET.SubElement(group, "rect", {**box, **outline, "fill": "#9fb1fc"})
    elif isinstance(element, ProvAgent):
        roof = top + 12
        right, foot = left + _WIDTH, top + _HEIGHT
        points = (
            f"{x:g},{top:g} {right:g},{roof:g} {right:g},{foot:g} {left:g},{foot:g} "
            f"{left:g},{roof:g}"
        )
        ET.SubElement(group, "polygon", {"points": points, **outline, "fill": "#fed37f"})
    else:
        round_ = {"rx": str(_WIDTH / 2), "ry": str(_HEIGHT / 2)}
        centre = {"cx": f"{x:g}", "cy": f"{y:g}"}
        ET.SubElement(group, "ellipse", {**centre, **round_, **outline, "fill": "#fffc87"})
    short = label if len(label) <= _CHARACTERS else f"{label[:_CHARACTERS]}…"
    for words, offset in ((name, -3), (short, 13)):
        if words:
            ET.SubElement(
                group,
                "text",
                {"x": f"{x:g}", "y": f"{y + offset:g}", "text-anchor": "middle"},
            ).text = words


def _printable(text: str) -> str:
    """``text`` on one line, without what XML cannot hold."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())
