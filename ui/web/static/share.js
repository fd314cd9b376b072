// What leaves the page: copied text and links. The AI label and the record number go with it.

import { methodOf, numbered } from "./answer.js";
import { name, t } from "./words.js";

/** The address of an answer, or of its `n`-th citation. */
export function link(answer, n = null) {
  return `${location.origin}/#a=${encodeURIComponent(answer.id)}${n === null ? "" : `&c=${n}`}`;
}

/** An answer as text: sentences with marks, sources, label, record number. */
export function asText(turn, titles) {
  const { list, number } = numbered(turn.claims);
  const marks = (claim) => claim.citations.map((c) => `[${number(c)}]`).join("");
  const lines = [
    t("copy.question", { question: turn.question }),
    "",
    ...turn.claims.map((claim) => claim.text + marks(claim)),
    "",
    t("answer.sources"),
    ...list.map((c, i) => `[${i + 1}] ${t("copy.source", { title: titles(c.document), label: c.label, quote: c.quote })}`),
    "",
    ...labels(turn),
  ];
  return lines.join("\n");
}

/** Words selected in answers, with what must go along: label, record number, address. */
export function labelled(turns, words) {
  return [words.replaceAll("\u2060", "").trim(), "", ...turns.flatMap(labels)].join("\n");
}

/** What goes along with an answer wherever it goes: label, record number, address. */
export function labels(turn) {
  const out = [`${t("label.ai")}（${name("method", methodOf(turn.claims))}）`];
  const record = turn.answer?.record ?? turn.record ?? turn.answer?.id;
  if (record) out.push(t("copy.record", { record }));
  if (turn.answer) out.push(link(turn.answer));
  return out;
}

/** What the fragment of the address asks for: `{answer, citation}` or `{document, paragraph}`. */
export function fromAddress() {
  const asked = new URLSearchParams(location.hash.slice(1));
  return { answer: asked.get("a"), citation: Number(asked.get("c")) || null, document: asked.get("d"), paragraph: Number(asked.get("p")) || null };
}
