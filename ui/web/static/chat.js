// The chat page: conversations, the turns of one, and the reader beside them.

import { Card, numbered } from "./answer.js";
import { actionRow, referral } from "./actions.js";
import { ask, get, readDocument } from "./api.js";
import * as chats from "./chats.js";
import { h, put } from "./dom.js";
import { Reader } from "./reader.js";
import { Scope } from "./scope.js";
import { fromAddress, labelled, link } from "./share.js";
import { sideList } from "./side.js";
import { local, session } from "./storage.js";
import { TurnView } from "./turn.js";
import { t } from "./words.js";

const HISTORY = 6; // turns sent along, so that "and the third?" can be understood
const CURRENT = "suyuan:current";
const LONGEST = 4000; // code points of a question that is answered
const IME = 229; // the code of a key that a method of input still uses; Safari says no more

export class Chat {
  constructor({ documents, site }) {
    this.documents = documents;
    this.site = site;
    this.examples = [];
    this.stopper = null;
    this.views = new Map();
    this.card = new Card();
    this.titles = (name) => this.documents.find((d) => d.name === name)?.title ?? name;
    this.card.titles = this.titles;
    this.card.paragraphs = async (c) => (await readDocument(c.document)).text[c.paragraph - 1].text;
    this.reader = new Reader({ onclose: () => this.element.classList.remove("reading"), onopen: () => this.element.classList.add("reading") });
    this.reader.onstep = (index) => this.focused && this.point(this.focused, index);
    this.reader.list(documents);
    this.build();
  }

  build() {
    this.log = h("div", { class: "turns", role: "log", "aria-label": t("chat.log"), "aria-live": "off" });
    this.live = h("p", { class: "hidden", role: "status" });
    this.input = h("textarea", { id: "question", rows: "1", maxlength: "20000", placeholder: t("chat.placeholder"), "aria-label": t("chat.placeholder") });
    this.send = h("button", { type: "submit", class: "primary send" }, t("chat.send"));
    this.stop = h("button", { type: "button", class: "stop", hidden: true, onclick: (event) => this.onstop(event) }, t("chat.stop"));
    this.scope = new Scope(this.documents, (names) => this.reader.list(this.documents.filter((d) => !names || names.includes(d.name))));
    this.form = h(
      "form",
      { class: "composer" },
      this.scope.element,
      h("div", { class: "composer-row" }, this.input, this.send, this.stop),
      (this.note = h("p", { class: "composer-note", "aria-live": "polite" }, t("chat.note"))),
    );
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.ask(this.input.value);
    });
    this.input.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && !event.shiftKey && !event.isComposing && event.keyCode !== IME) {
        event.preventDefault();
        this.form.requestSubmit();
      }
    });
    this.input.addEventListener("input", () => this.fit());
    this.side = h("nav", { class: "side", "aria-label": t("chats.title") });
    this.column = h("section", { class: "talk", "aria-label": t("chat.title") }, this.log, this.live, this.form);
    this.element = h("div", { class: "work" }, this.side, this.column, this.reader.element, this.card.element);
    document.addEventListener("keydown", (event) => this.onkey(event));
    addEventListener("hashchange", () => this.start());
    document.addEventListener("copy", (event) => this.oncopy(event));
    chats.watch((id) => this.onother(id));
  }

  /** The second click of a double click on "ask" falls on "stop": it is not meant. */
  onstop(event) {
    if (event.detail < 2) this.stopper?.abort();
  }

  /** Words of an answer that are copied by hand take its label and record number along. */
  oncopy(event) {
    const selected = getSelection();
    if (selected.isCollapsed || !event.clipboardData) return;
    const turns = [...this.views].filter(([turn, view]) => turn.claims.length && selected.containsNode(view.claims, true)).map(([turn]) => turn);
    if (!turns.length) return;
    event.clipboardData.setData("text/plain", labelled(turns, selected.toString()));
    event.preventDefault();
  }

  /** Another window of this browser changed a conversation, or (without id) the list. */
  onother(id) {
    if (id === this.chat.id && !this.stopper) {
      const chat = chats.load(id);
      const more = chat && chat.turns.length > this.chat.turns.length;
      if (more && !chat.turns.some((turn) => turn.state === "running")) this.show(chat);
    } else if (id === null) this.drawSide();
  }

  onkey(event) {
    if (event.key === "Escape") {
      if (!this.card.element.hidden) this.card.hide();
      else if (this.stopper) this.stopper.abort();
      else this.element.classList.remove("reading", "listing");
    } else if (event.key === "/" && !/^(INPUT|TEXTAREA|SELECT)$/.test(document.activeElement?.tagName ?? "")) {
      event.preventDefault();
      this.input.focus();
    }
  }

  fit() {
    this.input.style.height = "auto";
    this.input.style.height = `${Math.min(this.input.scrollHeight, 180)}px`;
    const { value } = this.input;
    const length = value.length > LONGEST ? Array.from(value).length : 0;
    const words = length > LONGEST ? t("chat.toolong", { n: length, most: LONGEST }) : t("chat.note");
    if (this.note.textContent !== words) put(this.note, words).classList.toggle("over", length > LONGEST);
  }

  /** What to show first: a shared answer, else the conversation that was open, else a new one. */
  async start() {
    const asked = fromAddress();
    if (asked.answer && (await this.openShared(asked))) return;
    const last = session.get(CURRENT) ?? chats.list()[0]?.id;
    this.show((last && chats.load(last)) || chats.create());
    if (this.missing) {
      this.log.prepend(h("p", { class: "note", role: "alert" }, this.missing));
      this.log.scrollTop = 0;
      this.missing = null;
    }
    if (asked.document) this.reader.open(asked.document, { paragraph: asked.paragraph });
    else if (!this.reader.shown && this.documents.length) this.reader.open(this.documents[0].name, { quiet: true });
  }

  async openShared({ answer: id, citation }) {
    const own = chats.list().map((entry) => chats.load(entry.id)).find((chat) => chat?.turns.some((turn) => turn.answer?.id === id));
    let chat = own;
    if (!chat) {
      try {
        const answer = await get(`/api/answers/${encodeURIComponent(id)}`);
        chat = chats.create();
        chat.shared = true;
        chat.turns.push({ id: chats.randomId(), foreign: !answer.mine, at: answer.at * 1000, question: answer.question, state: "done", claims: answer.claims, checks: answer.checks, rejected: answer.rejected, hits: answer.hits, answer });
      } catch (problem) {
        this.missing = problem.message;
        return false;
      }
    }
    this.show(chat);
    const turn = chat.turns.find((other) => other.answer?.id === id);
    const { list } = numbered(turn.claims);
    const index = Math.min(Math.max((citation ?? 1) - 1, 0), list.length - 1);
    if (turn.foreign && chat.shared) this.log.prepend(h("p", { class: "note calm" }, t("chat.shared")));
    this.views.get(turn).element.scrollIntoView({ block: "start" });
    if (index >= 0) await this.openCitation(turn, index);
    return true;
  }

  /** Shows another conversation than the one that the address leads to. */
  turnTo(chat) {
    this.leaveAddress();
    this.show(chat);
  }

  /** What is shown now is not what the address's fragment names. */
  leaveAddress() {
    if (location.hash) history.replaceState(null, "", location.pathname + location.search);
  }

  /** Shows a conversation. */
  show(chat) {
    this.stopper?.abort();
    this.chat = chat;
    this.views.clear();
    this.focused = null;
    session.set(CURRENT, chat.id);
    const views = chat.turns.map((turn) => {
      // A page closed in mid-answer leaves a turn running: it was interrupted.
      if (turn.state === "running") turn.state = "stopped";
      return this.view(turn).element;
    });
    put(this.log, views.length ? views : this.welcome());
    this.log.scrollTop = this.log.scrollHeight;
    this.element.classList.remove("listing");
    this.drawSide();
  }

  view(turn) {
    const view = new TurnView(turn, {
      card: this.card,
      titles: this.titles,
      site: this.site,
      openCitation: (of, index) => this.openCitation(of, index),
      openParagraph: (of, hit) => this.openParagraph(of, hit),
      actions: (of) => this.actions(of),
      refusal: (of) => this.refusal(of),
      edit: (of) => this.edit(of),
    });
    this.views.set(turn, view);
    return view;
  }

  welcome() {
    return h(
      "div",
      { class: "welcome" },
      h("h2", {}, t("welcome.title")),
      h("p", {}, t("welcome.text", { title: this.documents.length === 1 ? t("welcome.one", { title: this.documents[0].title }) : t("welcome.many", { n: this.documents.length }) })),
      h("ul", { class: "promises" }, ["a", "b", "c"].map((k) => h("li", {}, t(`welcome.promise.${k}`)))),
      this.exampleList(t("examples.title")),
    );
  }

  /** The examples come later than the page: the server tries each before it offers it. */
  exampleList(title) {
    const section = h("section", { class: "examples", hidden: true });
    const fill = () => {
      if (!this.examples.length) return;
      section.hidden = false;
      put(section, h("h4", {}, title), h("ul", {}, this.examples.map((question) => h("li", {}, h("button", { type: "button", class: "example", onclick: () => this.ask(question) }, question)))));
    };
    fill();
    if (section.hidden) this.loadExamples().then(fill, () => {});
    return section;
  }

  loadExamples() {
    this.loadingExamples ??= get("/api/examples").then(({ examples }) => (this.examples = examples));
    return this.loadingExamples;
  }

  async openCitation(turn, index) {
    const { list } = numbered(turn.claims);
    this.card.hide();
    this.point(turn, index);
    await this.reader.open(list[index].document, { citations: list, hits: turn.hits ?? [], active: index });
    // Where the source opens below the answer, the sentence stays in view above it.
    if (innerWidth <= 900) this.views.get(turn)?.element.querySelector(`.chip[data-n="${index + 1}"]`)?.scrollIntoView({ block: "center" });
  }

  /** Marks which chip the reader shows, and puts it into the address. */
  point(turn, index, { address = true } = {}) {
    this.focused = turn;
    for (const on of this.log.querySelectorAll(".chip.on")) on.classList.remove("on");
    for (const on of this.views.get(turn)?.element.querySelectorAll(`.chip[data-n="${index + 1}"]`) ?? []) on.classList.add("on");
    if (address && turn.answer) history.replaceState(null, "", link(turn.answer, index + 1));
  }

  openParagraph(turn, hit) {
    const { list } = numbered(turn.claims);
    this.reader.open(hit.document, { citations: list, hits: turn.hits ?? [], paragraph: hit.paragraph });
  }

  async ask(typed) {
    const question = typed.toWellFormed?.() ?? typed;
    if (this.stopper || !question.trim()) {
      this.input.focus();
      return;
    }
    const turn = { id: chats.randomId(), question, state: "running", claims: [], checks: [], rejected: [], hits: null, answer: null, at: Date.now() };
    const past = this.chat.turns.filter((other) => other.claims.length).slice(-HISTORY);
    if (!this.chat.turns.length) put(this.log);
    this.chat.turns.push(turn);
    this.input.value = "";
    this.fit();
    delete this.chat.shared;
    this.leaveAddress();
    this.keep(this.chat); // should the page be closed in mid-answer, the question is kept
    await this.run(turn, past);
  }

  /** Keeps a conversation, and says so once when there is no room for it. */
  keep(chat) {
    if (chats.save(chat) || !local.lasting || this.told) return;
    this.told = true;
    this.form.before(h("p", { class: "note storage-note", role: "alert" }, t("chats.full")));
  }

  async run(turn, past) {
    const { chat } = this; // the user may turn to another meanwhile
    const view = this.views.get(turn) ?? this.view(turn);
    if (!view.element.isConnected) this.log.append(view.element);
    view.element.scrollIntoView({ block: "start" });
    const stopper = new AbortController();
    this.stopper = stopper;
    this.busy(true);
    this.say(t("state.searching"));
    const body = { question: turn.question, history: past.map((p) => ({ question: p.question, answer: p.claims.map((c) => c.text).join("") })) };
    const chosen = this.scope.chosen();
    if (chosen) body.documents = chosen;
    try {
      await ask(body, (event) => this.on(turn, view, event), stopper.signal);
      if (turn.state === "running") throw new Error(t("state.cut"));
    } catch (problem) {
      turn.state = problem.name === "AbortError" ? "stopped" : "error";
      turn.message = problem instanceof TypeError ? t("state.offline") : problem.message;
    }
    view.update();
    this.keep(chat);
    this.drawSide();
    if (this.stopper !== stopper) return;
    this.stopper = null;
    this.busy(false);
    if (this.chat !== chat) return;
    this.say(turn.claims.length ? t("state.done", { n: turn.claims.length }) : t(`status.${turn.answer?.status ?? "failed"}`));
    if (turn.claims.length && innerWidth > 900) this.openFirst(turn);
  }

  on(turn, view, event) {
    if (event.event === "retrieved") {
      turn.hits = event.hits;
      turn.record = event.record;
    }
    else if (event.event === "shown") {
      turn.claims.push(event.claim);
      turn.checks.push(event.checks);
    } else if (event.event === "dropped") turn.rejected.push(event.rejection);
    else if (event.event === "finished") {
      turn.answer = event.answer;
      turn.hits = event.answer.hits;
      turn.state = "done";
      return;
    } else if (event.event === "error") throw new Error(event.message);
    view.update();
  }

  /** On a wide screen the first source is shown beside the answer without a click. */
  openFirst(turn) {
    const { list } = numbered(turn.claims);
    this.point(turn, 0, { address: false });
    this.reader.open(list[0].document, { citations: list, hits: turn.hits, active: 0, quiet: true });
  }

  busy(now) {
    this.send.hidden = now;
    this.stop.hidden = !now;
    this.log.setAttribute("aria-busy", String(now));
    const free = [document.body, this.send, this.stop].includes(document.activeElement);
    if (!now && free && innerWidth > 900) this.input.focus({ preventScroll: true });
  }

  say(words) {
    put(this.live, words);
  }

  edit(turn) {
    this.input.value = turn.question;
    this.fit();
    this.input.focus();
  }

  tools() {
    return { titles: this.titles, site: this.site, say: (words) => this.say(words), retry: (turn) => this.ask(turn.question), save: () => this.keep(this.chat) };
  }

  actions(turn) {
    return actionRow(turn, this.tools());
  }

  /** What helps when there is no answer: the office for a decision, else questions that work. */
  refusal(turn) {
    return turn.answer.status === "referred" ? referral(turn, this.site, this.tools()) : this.exampleList(t("examples.instead"));
  }

  drawSide() {
    const fresh = () => {
      this.turnTo(chats.create());
      this.input.focus();
    };
    put(this.side, sideList(this.chat.id, { fresh, open: (id) => this.turnTo(chats.load(id) ?? chats.create()), forget: (id) => this.forget(id) }));
  }

  forget(id) {
    chats.remove(id);
    if (id === this.chat.id) this.turnTo(chats.create());
    else this.drawSide();
  }
}
