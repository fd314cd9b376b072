// The browser's half of the one rule: text becomes a text node, never markup.
// Nothing in this folder parses HTML; a test looks for the names that would.

const SVG = "http://www.w3.org/2000/svg";

/** An element: `h("p", {class: "x", onclick: f}, "text", child)`. Strings become text nodes. */
export function h(tag, attributes = {}, ...children) {
  return fill(document.createElement(tag), attributes, children);
}

/** The same for SVG. */
export function s(tag, attributes = {}, ...children) {
  return fill(document.createElementNS(SVG, tag), attributes, children);
}

function fill(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name === "style") for (const [k, v] of Object.entries(value)) element.style.setProperty(k, v);
    else element.setAttribute(name, value === true ? "" : String(value));
  }
  element.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

/** Replaces what is in `element`. */
export function put(element, ...children) {
  element.replaceChildren(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

/** The part of a text from `start` to `end`, counted in code points as the server counts. */
export function slice(text, start, end) {
  return Array.from(text).slice(start, end).join("");
}

/**
 * A text with spans marked: `spans` are `{start, end, ...}` in code points and may overlap;
 * `wrap(text, covering)` makes the node of each covered stretch.
 */
export function marked(text, spans, wrap) {
  const points = Array.from(text);
  const cuts = new Set([0, points.length]);
  for (const span of spans) {
    cuts.add(Math.min(span.start, points.length));
    cuts.add(Math.min(span.end, points.length));
  }
  const edges = [...cuts].sort((a, b) => a - b);
  const out = [];
  for (let i = 0; i + 1 < edges.length; i++) {
    const piece = points.slice(edges[i], edges[i + 1]).join("");
    const covering = spans.filter((span) => span.start <= edges[i] && span.end >= edges[i + 1]);
    out.push(covering.length ? wrap(piece, covering) : document.createTextNode(piece));
  }
  return out;
}
