// One turn of a conversation: a question and what came of it.

import { badges, claimNode, numbered, sourcesNode } from "./answer.js";
import { h, put } from "./dom.js";
import { hitList, howPanel } from "./how.js";
import { labels } from "./share.js";
import { name, t } from "./words.js";

const NEAREST = 3;
const LONG = 300; // characters of a question that is shown in a box of its own

/**
 * The view of a turn `{question, state, claims, checks, rejected, hits, answer, message}`.
 * `tools`: openCitation(turn, index), openParagraph(turn, hit), card, titles(name),
 * actions(turn) -> nodes, refusal(turn) -> nodes, edit(turn).
 */
export class TurnView {
  constructor(turn, tools) {
    this.turn = turn;
    this.tools = tools;
    this.drawn = 0;
    this.claims = h("div", { class: "claims" });
    this.before = h("div", { class: "before" });
    this.after = h("div", { class: "after" });
    this.answer = h("div", { class: "answer", "aria-label": t("answer.title"), role: "group" }, this.before, this.claims, this.after);
    this.element = h(
      "article",
      { class: "turn" },
      h(
        "div",
        { class: "question" },
        h("h3", turn.question.length > LONG ? { class: "lengthy", tabindex: "0" } : {}, h("span", { class: "hidden" }, t("question.title")), turn.question),
        h("button", { type: "button", class: "quiet small edit", onclick: () => tools.edit(turn) }, t("question.edit")),
      ),
      this.answer,
    );
    this.update();
  }

  /** Draws what is new. Sentences that stand are left alone, so that a stream costs little. */
  update() {
    const { turn, tools } = this;
    const { list, number } = numbered(turn.claims);
    const chipTools = { card: tools.card, onopen: (index) => tools.openCitation(turn, index) };
    this.element.dataset.state = turn.state;
    this.element.dataset.status = turn.answer?.status ?? "";
    for (; this.drawn < turn.claims.length; this.drawn++) {
      const node = claimNode(turn.claims[this.drawn], number, chipTools);
      if (turn.state === "running") node.classList.add("arriving");
      this.claims.append(node);
    }
    if (turn.state === "running") {
      put(this.before, turn.claims.length ? badges(turn.claims) : null);
      put(this.after, h("p", { class: "working" }, h("span", { class: "dots", "aria-hidden": "true" }, h("i"), h("i"), h("i")), turn.hits ? t("state.found", { n: turn.hits.length }) : t("state.searching")));
      return;
    }
    const status = turn.answer?.status;
    const answered = turn.claims.length > 0;
    put(this.before, answered ? badges(turn.claims) : null, this.notices());
    put(
      this.after,
      turn.state === "stopped" && h("p", { class: "note" }, t("state.stopped")),
      turn.state === "error" && h("div", { class: "fault", role: "alert" }, h("p", {}, h("b", {}, t("state.error")), " ", turn.message), h("p", {}, t("state.error.next"))),
      answered && sourcesNode(list, tools.titles, chipTools),
      status && status !== "answered" && this.withoutAnswer(status),
      answered && labels(turn).slice(1).map((line) => h("p", { class: "record-line" }, line)),
      h("div", { class: "actions" }, tools.actions(turn)),
      turn.answer && howPanel(turn, tools, (hit) => tools.openParagraph(turn, hit)),
    );
  }

  notices() {
    const notices = this.turn.answer?.notices ?? [];
    return notices.map((notice) => h("p", { class: "note" }, name("notice", notice)));
  }

  withoutAnswer(status) {
    const { turn, tools } = this;
    const { answer } = turn;
    return h(
      "div",
      { class: `outcome ${status}` },
      h("p", { class: "outcome-title" }, h("b", {}, t(`status.${status}`))),
      h("p", {}, answer.message || name(`reason.${status}`, answer.reason)),
      tools.refusal(turn),
      answer.hits.length > 0 &&
        h(
          "section",
          { class: "nearest" },
          h("h4", {}, t("nearest.title")),
          h("p", { class: "muted" }, t("nearest.note")),
          hitList(answer.hits, tools.titles, (hit) => tools.openParagraph(turn, hit), { limit: NEAREST }),
        ),
    );
  }
}
