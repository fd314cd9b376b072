// The library page: what can be asked about, and bringing documents of one's own.

import { documentPath, get, post, Problem, readDocument, send, upload } from "./api.js";
import { h, marked, put } from "./dom.js";
import { t } from "./words.js";

const FOUND = 100; // paragraphs shown by a search inside a document

export async function draw(place, library) {
  const page = new Documents(library);
  put(place, page.element);
  page.show();
  if (library.indexing) page.watch();
}

class Documents {
  constructor(library) {
    this.library = library;
    this.chosen = new URLSearchParams(location.hash.slice(1)).get("d");
    this.listing = h("div", { class: "doc-list" });
    this.detail = h("section", { class: "doc-detail", "aria-live": "off" });
    this.status = h("div", { class: "upload-status", role: "status" });
    this.editor = h("div", { class: "editor" });
    this.element = h(
      "div",
      { class: "page documents" },
      h("div", { class: "page-head" }, h("h1", {}, t("documents.title")), h("p", { class: "muted" }, t("documents.note"))),
      h("div", { class: "doc-columns" }, h("div", {}, this.uploader(), this.status, this.listing, this.editor), this.detail),
    );
  }

  async refresh() {
    this.library = await get("/api/documents");
    this.show();
  }

  show() {
    const { documents, editor } = this.library;
    const filter = h("input", { type: "search", class: "doc-filter", "aria-label": t("documents.filter"), placeholder: t("documents.filter"), hidden: documents.length < 9 });
    const rows = documents.map((document) => this.row(document, editor));
    filter.addEventListener("input", () => documents.forEach((document, i) => (rows[i].hidden = !document.title.includes(filter.value.trim()))));
    put(this.listing, h("h2", {}, t("documents.count", { n: documents.length })), filter, h("ul", {}, rows));
    this.drawEditor();
    const chosen = documents.find((d) => d.name === this.chosen) ?? documents[0];
    if (chosen) this.open(chosen);
    else put(this.detail, h("p", { class: "empty" }, t("documents.none")));
  }

  row(document, editor) {
    const { upload: brought } = document;
    const tag = brought && h("span", { class: "tag" }, t(brought.published ? "documents.published" : brought.mine ? "documents.mine" : "documents.waiting"));
    const mayRemove = brought && ((brought.mine && !brought.published) || (editor && brought.published));
    return h(
      "li",
      { class: document.name === this.chosen ? "current" : null, "data-name": document.name },
      h("button", { type: "button", class: "doc-entry", onclick: () => this.open(document) }, h("span", { class: "doc-title" }, document.title), h("span", { class: "muted" }, t("documents.paragraphs", { n: document.paragraphs }), document.date && ` · ${document.date}`), tag),
      editor && brought && !brought.published && h("button", { type: "button", class: "small", onclick: () => this.act("POST", `/api/uploads/${brought.id}/publish`) }, t("documents.publish")),
      mayRemove && h("button", { type: "button", class: "quiet small", "aria-label": t("documents.remove.which", { title: document.title }), onclick: () => confirm(t("documents.remove.sure", { title: document.title })) && this.act("DELETE", `/api/uploads/${brought.id}`) }, t("documents.remove")),
    );
  }

  async act(method, path) {
    try {
      await send(method, path);
      await this.refresh();
      await this.watch();
    } catch (problem) {
      put(this.status, h("p", { class: "note" }, problem.message));
    }
  }

  uploader() {
    const { limits } = this.library;
    const input = h("input", { type: "file", id: "upload", class: "hidden", multiple: true, accept: limits.types.join(","), onchange: () => this.bring([...input.files]).finally(() => (input.value = "")) });
    const drop = h(
      "div",
      { class: "drop" },
      input,
      h("label", { for: "upload", class: "drop-label" }, h("b", {}, t("upload.choose")), h("span", { class: "muted" }, t("upload.limits", { types: [...limits.types].reverse().join(t("list.comma")), mb: limits.bytes / 1048576, count: limits.count }))),
      h("p", { class: "muted" }, t("upload.private")),
    );
    for (const kind of ["dragenter", "dragover"]) drop.addEventListener(kind, (event) => (event.preventDefault(), drop.classList.add("over")));
    for (const kind of ["dragleave", "drop"]) drop.addEventListener(kind, (event) => (event.preventDefault(), drop.classList.remove("over")));
    drop.addEventListener("drop", (event) => this.bring([...event.dataTransfer.files]));
    return drop;
  }

  /** Brings files, one after the other; what cannot be used does not hold up the rest. */
  async bring(files) {
    const faults = [];
    for (const file of files) {
      try {
        const { limits } = this.library;
        if (file.size > limits.bytes) throw new Problem(t("upload.big", { mb: limits.bytes / 1048576 }), 413);
        this.progress(t("upload.sending", { name: file.name }), 0);
        const { name } = await upload(file, (share) => this.progress(t("upload.sending", { name: file.name }), share * 0.4));
        this.chosen = name;
        await this.refresh();
        await this.watch();
      } catch (problem) {
        faults.push(h("p", { class: "note", role: "alert" }, h("b", {}, file.name), t("list.colon"), problem.message));
      }
    }
    if (faults.length) put(this.status, faults.length < files.length && h("p", { class: "note good" }, t("upload.done")), faults);
  }

  /** Follows the indexing until it is done. */
  async watch() {
    for (;;) {
      const { indexing } = await get("/api/documents");
      if (!indexing) {
        put(this.status, h("p", { class: "note good" }, t("upload.done")));
        return;
      }
      if (indexing.fault) throw new Problem(indexing.fault, 500);
      const [, done, all] = indexing.stage.match(/(\d+) of (\d+)/) ?? [];
      this.progress(t("upload.indexing", { stage: done ? `${done}/${all}` : "" }), done ? 0.4 + (0.6 * done) / all : 0.45);
      await new Promise((resolve) => setTimeout(resolve, 300));
    }
  }

  progress(words, share) {
    const id = "upload-words";
    put(this.status, h("p", { id }, words), h("progress", { max: "1", value: String(share), "aria-labelledby": id }));
  }

  drawEditor() {
    const { editor, editors } = this.library;
    if (!editors) return put(this.editor);
    if (editor) return put(this.editor, h("p", { class: "muted" }, t("editor.on")));
    const words = h("input", { type: "password", autocomplete: "current-password", "aria-label": t("editor.token"), placeholder: t("editor.token") });
    const form = h("form", {}, words, h("button", { type: "submit", class: "small" }, t("editor.login")));
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      try {
        await post("/api/editor", { token: words.value });
        await this.refresh();
      } catch (problem) {
        put(this.status, h("p", { class: "note", role: "alert" }, problem.message));
      }
    });
    return put(this.editor, h("details", {}, h("summary", { class: "muted" }, t("editor.title")), form));
  }

  async open(document) {
    this.chosen = document.name;
    // The page has a <base>: a bare fragment would lead to the chat.
    history.replaceState(null, "", `${location.pathname}#d=${encodeURIComponent(document.name)}`);
    for (const row of this.listing.querySelectorAll("li")) row.classList.toggle("current", row.dataset.name === document.name);
    let text;
    try {
      text = await readDocument(document.name);
    } catch (problem) {
      put(this.detail, h("p", { class: "empty" }, problem.message));
      return;
    }
    if (this.chosen !== document.name) return;
    const contents = text.headings.map((x) => h("li", { class: `level-${Math.min(x.level, 4)}` }, h("a", { href: `/#d=${encodeURIComponent(text.name)}&p=${Math.min(x.before, text.text.length)}` }, x.text)));
    const results = h("ol", { class: "doc-results" });
    const search = h("input", { type: "search", "aria-label": t("documents.search"), placeholder: t("documents.search") });
    search.addEventListener("input", () => put(results, this.find(text, search.value.trim())));
    put(
      this.detail,
      h("h2", { class: "doc-name" }, text.title),
      h("p", { class: "muted" }, [text.authors.join("、"), text.source, text.date, t("documents.paragraphs", { n: text.paragraphs })].filter(Boolean).join(" · ")),
      h("p", { class: "doc-links" }, h("a", { class: "button", href: `/#d=${encodeURIComponent(text.name)}` }, t("documents.read")), h("a", { href: documentPath(text.name), download: "document.json" }, t("documents.json"))),
      search,
      results,
      contents.length > 0 && h("section", {}, h("h3", {}, t("documents.contents")), h("ul", { class: "toc" }, contents)),
    );
  }

  find(text, words) {
    if (!words) return null;
    const needle = Array.from(words.toLowerCase());
    const hits = [];
    for (const paragraph of text.text) {
      const points = Array.from(paragraph.text.toLowerCase());
      const spans = [];
      for (let at = 0; at + needle.length <= points.length; at++) if (needle.every((c, i) => points[at + i] === c)) spans.push({ start: at, end: at + needle.length });
      if (spans.length) hits.push([paragraph, spans]);
    }
    if (!hits.length) return h("li", { class: "muted" }, t("documents.search.none"));
    return [
      h("li", { class: "muted", role: "status" }, t("documents.search.found", { n: hits.length })),
      hits.slice(0, FOUND).map(([p, spans]) => h("li", {}, h("a", { href: `/#d=${encodeURIComponent(text.name)}&p=${p.number}` }, p.label), " ", h("span", { class: "doc-quote" }, marked(p.text, spans, (piece) => h("mark", {}, piece))))),
    ];
  }
}
