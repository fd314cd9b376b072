// One answer: verified sentences with their citation marks, and everything that explains it.

import { h, marked, put, slice } from "./dom.js";
import { name, t } from "./words.js";

/** The distinct citations of an answer in order of appearance; what the numbers count. */
export function numbered(claims) {
  const list = [];
  const numbers = new Map();
  for (const claim of claims)
    for (const c of claim.citations) {
      const key = JSON.stringify([c.document, c.paragraph, c.start, c.end]);
      if (!numbers.has(key)) {
        numbers.set(key, list.length + 1);
        list.push(c);
      }
    }
  const number = (c) => numbers.get(JSON.stringify([c.document, c.paragraph, c.start, c.end]));
  return { list, number };
}

/** The words for how an answer was made: the least direct of its sentences decides. */
export function methodOf(claims) {
  const methods = new Set(claims.map((claim) => claim.method));
  return methods.has("drafted") ? "drafted" : methods.has("person") ? "person" : "quoted";
}

/** The chip that leads from a sentence to its source. */
export function chip(number, citation, { onopen, card }) {
  const button = h(
    "button",
    {
      type: "button",
      class: "chip",
      "data-n": number,
      "aria-label": t("citation.open", { n: number, label: citation.label }),
      onclick: () => onopen(number - 1),
      onmouseenter: () => card.show(button, number, citation),
      onmouseleave: () => card.hide(),
      onfocus: () => button.matches(":focus-visible") && card.show(button, number, citation),
      onblur: () => card.hide(),
    },
    String(number),
  );
  return button;
}

/** One sentence. Words of the source are set as the source is: in the serif of the reader. */
export function claimNode(claim, number, tools) {
  const [first, ...more] = claim.citations.map((c) => chip(number(c), c, tools));
  const [head, end] = lastOf(claim.text);
  // The first chip never stands alone at the start of a line.
  return h("p", { class: `claim ${claim.method}` }, head, h("span", { class: "claim-end" }, end, "\u2060", first), more);
}

/** A text before its last character as readers count them, and that character. */
function lastOf(text) {
  const end = Array.from(text).slice(-16).join("");
  const last = Intl.Segmenter ? ([...new Intl.Segmenter().segment(end)].at(-1)?.segment ?? "") : end.slice(-1);
  return [text.slice(0, text.length - last.length), last];
}

/** The sources below an answer, numbered as the chips are; of one document, in one line. */
export function sourcesNode(list, titles, tools) {
  const one = new Set(list.map((c) => c.document)).size === 1;
  const entry = (c, index) =>
    h(
      "li",
      {},
      h(
        "button",
        { type: "button", class: "source", onclick: () => tools.onopen(index) },
        h("span", { class: "source-n", "aria-hidden": "true" }, String(index + 1)),
        !one && h("span", { class: "source-title" }, titles(c.document)),
        h("span", { class: "source-label" }, c.label),
      ),
    );
  return [
    one && h("h4", { class: "sources-of" }, t("answer.sources.of", { title: titles(list[0].document) })),
    h("ol", { class: one ? "sources inline" : "sources", "aria-label": t("answer.sources") }, list.map(entry)),
  ];
}

/** The card shown over a chip: the cited paragraph around the quoted words. */
export class Card {
  constructor() {
    this.element = h("div", { class: "card", role: "tooltip", id: "citation-card", hidden: true });
    this.paragraphs = async () => null;
    this.titles = (document) => document;
  }

  async show(anchor, number, citation) {
    this.anchor = anchor;
    anchor.setAttribute("aria-describedby", "citation-card");
    this.fill(number, citation, null);
    this.place();
    const text = await this.paragraphs(citation).catch(() => null);
    if (this.anchor !== anchor || text === null) return;
    this.fill(number, citation, text);
    this.place();
  }

  fill(number, citation, text) {
    const around = text === null ? [h("mark", {}, citation.quote)] : excerpt(text, citation);
    put(
      this.element,
      h("p", { class: "card-head" }, h("b", {}, String(number)), " ", this.titles(citation.document), " · ", citation.label),
      h("p", { class: "card-text" }, around),
    );
  }

  place() {
    this.element.hidden = false;
    const at = this.anchor.getBoundingClientRect();
    const size = this.element.getBoundingClientRect();
    const left = Math.max(8, Math.min(at.left - 24, innerWidth - size.width - 8));
    const above = at.top - size.height - 8;
    this.element.style.left = `${left}px`;
    this.element.style.top = `${above > 8 ? above : Math.min(at.bottom + 8, innerHeight - size.height - 8)}px`;
  }

  hide() {
    this.anchor?.removeAttribute("aria-describedby");
    this.anchor = null;
    this.element.hidden = true;
  }
}

const AROUND = 60;

function excerpt(text, { start, end }) {
  const length = Array.from(text).length;
  const from = Math.max(0, start - AROUND);
  const to = Math.min(length, end + AROUND);
  return [
    from > 0 ? "…" : "",
    marked(slice(text, from, to), [{ start: start - from, end: end - from }], (piece) => h("mark", {}, piece)),
    to < length ? "…" : "",
  ];
}

/** The badge: how the answer came about, and that no person wrote it. */
export function badges(claims) {
  const method = methodOf(claims);
  return h(
    "p",
    { class: "badges" },
    h("span", { class: `badge ${method}`, title: t(`method.${method}.means`) }, name("method", method)),
    h("span", { class: "ai-label" }, t("label.ai")),
  );
}
