// "How this answer was made": found, made, checked, left out, recorded.

import { h } from "./dom.js";
import { language, name, t } from "./words.js";

const moment = new Intl.DateTimeFormat(language === "zh" ? "zh-CN" : language, { dateStyle: "long", timeStyle: "medium", hour12: false });

/** The panel for a turn; closed until it is asked for, and only then filled. */
export function howPanel(turn, { titles, site }, openParagraph) {
  const panel = h("details", { class: "how" }, h("summary", {}, t("how.title")));
  panel.addEventListener("toggle", () => panel.open && panel.childElementCount === 1 && panel.append(inside(turn, titles, site, openParagraph)));
  return panel;
}

function inside({ answer, checks, at }, titles, site, openParagraph) {
  const ms = (value) => t("how.ms", { ms: value < 0.05 ? "< 0.1" : value < 10 ? value.toFixed(1) : Math.round(value) });
  const { timings_ms: spent } = answer;
  return h(
    "div",
    { class: "how-body" },
    step(1, t("how.found"), ms(spent.retrieve), found(answer.hits, titles, openParagraph)),
    step(2, t("how.made"), ms(spent.draft), h("p", {}, answer.model ? t("how.model", { model: answer.model }) : t("how.quoted"))),
    step(3, t("how.checked"), ms(spent.verify), checkList(answer, checks)),
    step(4, t("how.rejected"), "", rejectedList(answer.rejected)),
    step(
      5,
      t("how.record"),
      "",
      h(
        "dl",
        { class: "facts" },
        fact(t("how.record.number"), answer.record ?? t("how.record.none")),
        fact(t("how.record.id"), answer.id),
        at && fact(t("how.record.at"), moment.format(at)),
        fact(t("how.record.index"), answer.index_sha256?.slice(0, 16) ?? "–"),
        fact(t("how.record.total"), ms(spent.total)),
        site.operator && fact(t("how.record.operator"), site.operator),
        answer.notices.length > 0 && fact(t("how.record.notices"), answer.notices.map((n) => name("notice", n)).join("；")),
      ),
    ),
  );
}

const FIRST = 3;

function found(hits, titles, openParagraph) {
  const best = hits[0]?.score ?? null;
  const rest = hits.slice(FIRST);
  return [
    hits.length > 0 && h("p", { class: "muted" }, t("how.found.hint")),
    hitList(hits.slice(0, FIRST), titles, openParagraph, { best }),
    rest.length > 0 && h("details", { class: "as-table" }, h("summary", {}, t("how.found.more", { n: rest.length })), hitList(rest, titles, openParagraph, { best })),
  ];
}

const step = (n, title, aside, ...children) =>
  h("section", { class: "step" }, h("h4", {}, h("span", { class: "step-n", "aria-hidden": "true" }, String(n)), title, aside && h("span", { class: "aside" }, aside)), children);

const fact = (term, value) => [h("dt", {}, term), h("dd", {}, value)];

/**
 * The paragraphs found; each opens in the reader. With the `best` score, each shows its own, and
 * a bar for it.
 */
export function hitList(hits, titles, openParagraph, { limit = hits.length, best = null } = {}) {
  if (!hits.length) return h("p", { class: "muted" }, t("how.nothing"));
  return h(
    "ol",
    { class: "hits" },
    hits.slice(0, limit).map((hit) =>
      h(
        "li",
        {},
        h(
          "button",
          { type: "button", class: "hit", onclick: () => openParagraph(hit) },
          h("span", { class: "hit-head" }, h("span", { class: "hit-label" }, hit.label), h("span", { class: "hit-title" }, titles(hit.document)), best !== null && h("span", { class: "hit-score" }, hit.score.toFixed(3))),
          best !== null && h("span", { class: "meter", "aria-hidden": "true" }, h("span", { style: { width: `${Math.max(2, (100 * Math.max(hit.score, 0)) / Math.max(best, 1e-9))}%` } })),
          h("span", { class: "hit-text" }, hit.text),
        ),
      ),
    ),
  );
}

function checkList(answer, checks) {
  if (!answer.claims.length) return h("p", { class: "muted" }, t("how.noclaims"));
  return h(
    "ol",
    { class: "checks" },
    answer.claims.map((claim, i) =>
      h(
        "li",
        {},
        h("span", { class: "check-text" }, claim.text),
        h(
          "span",
          { class: "check-marks" },
          (checks?.[i]?.length ? checks[i] : [claim.method === "drafted" ? "verified" : "verbatim"]).map((code) => h("span", { class: "check" }, "✓ ", name("check", code))),
        ),
      ),
    ),
  );
}

function rejectedList(rejected) {
  if (!rejected.length) return h("p", { class: "muted" }, t("how.rejected.none"));
  return h(
    "ul",
    { class: "rejected" },
    rejected.map((r) => h("li", {}, h("s", {}, r.text), h("span", { class: "check-marks" }, r.reasons.map((code) => h("span", { class: "check failed" }, "✗ ", name("rule", code)))))),
  );
}
