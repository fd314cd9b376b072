// Which documents a question is put to: all of them, unless some are chosen.

import { h, put } from "./dom.js";
import { session } from "./storage.js";
import { t } from "./words.js";

const KEY = "suyuan:scope";

export class Scope {
  constructor(documents, onchange) {
    this.documents = documents;
    this.onchange = onchange;
    const kept = session.read(KEY, []);
    this.names = new Set(documents.map((d) => d.name).filter((name) => Array.isArray(kept) && kept.includes(name)));
    this.element = h("div", { class: "scope", hidden: documents.length < 2 });
    this.draw();
  }

  /** The chosen names, or `null` for all. */
  chosen() {
    return this.names.size ? [...this.names] : null;
  }

  draw() {
    const words = this.names.size ? t("scope.some", { n: this.names.size }) : t("scope.all", { n: this.documents.length });
    this.summary = h("summary", { class: "quiet small" }, words);
    const boxes = this.documents.map((document) =>
      h(
        "label",
        { class: "scope-item" },
        h("input", { type: "checkbox", checked: this.names.has(document.name), onchange: (event) => this.toggle(document.name, event.currentTarget.checked) }),
        h("span", {}, document.title),
        document.upload?.mine && !document.upload.published && h("span", { class: "tag" }, t("documents.mine")),
      ),
    );
    const filter = h("input", { type: "search", class: "scope-filter", "aria-label": t("scope.filter"), placeholder: t("scope.filter"), hidden: this.documents.length < 9 });
    filter.addEventListener("input", () => this.documents.forEach((document, i) => (boxes[i].hidden = !document.title.includes(filter.value.trim()))));
    const open = this.element.querySelector("details")?.open ?? false;
    put(this.element, h("details", { class: "menu-of up", open }, this.summary, h("div", { class: "menu-list", role: "group", "aria-label": t("scope.title") }, h("p", { class: "muted scope-hint" }, t("scope.hint")), filter, boxes)));
  }

  toggle(name, on) {
    if (on) this.names.add(name);
    else this.names.delete(name);
    session.set(KEY, JSON.stringify([...this.names]));
    put(this.summary, this.names.size ? t("scope.some", { n: this.names.size }) : t("scope.all", { n: this.documents.length }));
    this.onchange(this.chosen());
  }
}
