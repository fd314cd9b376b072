// The document pane: the source as it stands, cited words marked, and where they lie in it.

import { readDocument } from "./api.js";
import { h, marked, put } from "./dom.js";
import { t } from "./words.js";

const calm = () => matchMedia("(prefers-reduced-motion: reduce)").matches;

export class Reader {
  /** `onclose` is called when the user closes the pane (on a phone). */
  constructor({ onclose, onopen }) {
    this.onopen = onopen;
    this.shown = null; // {name, nodes: Map(number -> element), text}
    this.marked = []; // numbers of the paragraphs with marks in them
    this.citations = [];
    this.hits = [];
    this.active = -1;
    this.title = h("h2", { class: "reader-title", id: "reader-title" }, t("reader.title"));
    this.facts = h("p", { class: "reader-facts" });
    this.position = h("span", { class: "reader-position", "aria-live": "polite" });
    this.previous = h("button", { type: "button", class: "quiet icon", "aria-label": t("reader.previous"), title: t("reader.previous"), onclick: () => this.step(-1) }, "↑");
    this.next = h("button", { type: "button", class: "quiet icon", "aria-label": t("reader.next"), title: t("reader.next"), onclick: () => this.step(1) }, "↓");
    this.picker = h("select", { class: "reader-picker", "aria-label": t("reader.choose"), hidden: true, onchange: () => this.open(this.picker.value, {}) });
    this.body = h("div", { class: "reader-body", tabindex: "0", role: "document", "aria-labelledby": "reader-title" });
    this.strip = h("div", { class: "strip", role: "group", "aria-label": t("reader.strip") });
    this.element = h(
      "section",
      { class: "reader", "aria-label": t("reader.title") },
      h(
        "header",
        { class: "reader-head" },
        h("div", { class: "reader-names" }, this.title, this.picker, this.facts),
        h(
          "div",
          { class: "reader-tools" },
          this.position,
          this.previous,
          this.next,
          h("button", { type: "button", class: "quiet icon reader-close", "aria-label": t("reader.close"), title: t("reader.close"), onclick: onclose }, "✕"),
        ),
      ),
      h("div", { class: "reader-frame" }, this.body, this.strip),
    );
    put(this.body, h("p", { class: "empty" }, t("reader.empty")));
    this.updateTools();
    new ResizeObserver(() => this.drawStrip()).observe(this.body);
  }

  /** The documents to choose from. */
  list(documents) {
    put(this.picker, documents.map((d) => h("option", { value: d.name }, d.title)));
    this.picker.hidden = documents.length < 2;
    this.title.classList.toggle("hidden", documents.length > 1);
  }

  /**
   * Shows a document. `citations`: all of an answer, `active`: the index of the one to go to;
   * `paragraph`: where to go without one.
   */
  async open(name, { citations = [], hits = [], active = -1, paragraph = null, quiet = false }) {
    this.citations = citations;
    this.hits = hits;
    this.active = active;
    if (!quiet) this.onopen?.();
    if (this.shown?.name !== name) {
      let text;
      try {
        text = await readDocument(name);
      } catch (problem) {
        this.shown = null;
        put(this.body, h("p", { class: "empty" }, problem.message));
        put(this.strip);
        return;
      }
      this.draw(text);
    }
    this.mark();
    const target = active >= 0 ? citations[active] : null;
    if (target?.document === name) this.goTo(target.paragraph, true);
    else if (paragraph !== null) this.goTo(paragraph, false);
  }

  draw(text) {
    const nodes = new Map();
    const headings = Map.groupBy ? Map.groupBy(text.headings, (x) => x.before) : group(text.headings);
    const out = [];
    const head = (before) =>
      (headings.get(before) ?? []).map((x) => h("h3", { class: `doc-heading level-${Math.min(x.level, 4)}` }, x.text));
    for (const paragraph of text.text) {
      out.push(head(paragraph.number));
      const words = h("p", { class: "doc-text" }, paragraph.text);
      const row = h(
        "div",
        { class: "doc-row", id: `p${paragraph.number}`, tabindex: "-1" },
        h("span", { class: "doc-label", "aria-label": t("reader.paragraph", { label: paragraph.label }) }, paragraph.label),
        words,
      );
      nodes.set(paragraph.number, { row, words, text: paragraph.text, label: paragraph.label });
      out.push(row);
    }
    out.push(head(text.text.length + 1));
    this.shown = { name: text.name, nodes };
    this.marked = [];
    put(this.title, text.title);
    put(this.facts, [text.authors.join("、"), text.source, text.date].filter(Boolean).join(" · "));
    this.facts.hidden = !this.facts.textContent;
    this.picker.value = text.name;
    put(this.body, out);
    this.body.scrollTop = 0;
  }

  /** Marks every cited span; the active one more strongly. */
  mark() {
    if (!this.shown) return;
    const spans = new Map();
    this.citations.forEach((citation, index) => {
      if (citation.document !== this.shown.name) return;
      const list = spans.get(citation.paragraph) ?? [];
      list.push({ start: citation.start, end: citation.end, index });
      spans.set(citation.paragraph, list);
    });
    for (const number of new Set([...this.marked, ...spans.keys()])) {
      const node = this.shown.nodes.get(number);
      if (!node) continue;
      const here = spans.get(number);
      node.row.classList.toggle("cited", Boolean(here));
      if (!here) {
        put(node.words, node.text);
        continue;
      }
      put(
        node.words,
        marked(node.text, here, (piece, covering) => {
          const active = covering.some((span) => span.index === this.active);
          return h("mark", { class: active ? "active" : null }, piece);
        }),
      );
    }
    this.marked = [...spans.keys()];
    this.updateTools();
    this.drawStrip();
  }

  goTo(number, cited) {
    const node = this.shown?.nodes.get(number);
    if (!node) return;
    const target = (cited && node.words.querySelector("mark.active")) || node.row;
    const top = target.getBoundingClientRect().top - this.body.getBoundingClientRect().top + this.body.scrollTop;
    const far = Math.abs(top - this.body.scrollTop) > 3 * this.body.clientHeight;
    this.body.scrollTo({ top: top - this.body.clientHeight * 0.28, behavior: calm() || far ? "auto" : "smooth" });
    for (const other of this.body.querySelectorAll(".doc-row.here")) other.classList.remove("here");
    node.row.classList.add("here");
    put(this.position, node.label);
  }

  step(by) {
    const here = this.citations.map((c, i) => ({ c, i })).filter(({ c }) => c.document === this.shown?.name);
    if (!here.length) return;
    const at = here.findIndex(({ i }) => i === this.active);
    const { c, i } = here[(at + by + here.length) % here.length];
    this.active = i;
    this.mark();
    this.goTo(c.paragraph, true);
    this.onstep?.(i);
  }

  updateTools() {
    const several = this.citations.filter((c) => c.document === this.shown?.name).length > 1;
    this.previous.disabled = this.next.disabled = !several;
    this.position.hidden = !this.shown;
  }

  /** A strip beside the text: where the answer's evidence lies in the whole document. */
  drawStrip() {
    if (!this.shown || !this.body.scrollHeight) return;
    const whole = this.body.scrollHeight;
    const at = (number) => {
      const row = this.shown.nodes.get(number)?.row;
      return row ? { top: `${(row.offsetTop / whole) * 100}%`, height: `${Math.max((row.offsetHeight / whole) * 100, 0.6)}%` } : null;
    };
    const found = this.hits.filter((hit) => hit.document === this.shown.name).map((hit) => at(hit.paragraph)).filter(Boolean);
    const seen = new Set();
    const cited = [];
    this.citations.forEach((citation, index) => {
      const active = index === this.active;
      if (citation.document !== this.shown.name || (seen.has(citation.paragraph) && !active)) return;
      seen.add(citation.paragraph);
      const style = at(citation.paragraph);
      if (style)
        cited.push(
          h("button", {
            type: "button",
            class: active ? "heat cited active" : "heat cited",
            style,
            tabindex: "-1",
            "aria-label": t("reader.goto", { label: citation.label }),
            title: citation.label,
            onclick: () => {
              this.active = index;
              this.mark();
              this.goTo(citation.paragraph, true);
              this.onstep?.(index);
            },
          }),
        );
    });
    put(this.strip, found.map((style) => h("span", { class: "heat found", style })), cited);
  }
}

function group(headings) {
  const out = new Map();
  for (const heading of headings) out.set(heading.before, [...(out.get(heading.before) ?? []), heading]);
  return out;
}
