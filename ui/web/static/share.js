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
    `${t("label.ai")}（${name("method", methodOf(turn.claims))}）`,
  ];
  const record = turn.answer?.record ?? turn.record ?? turn.answer?.id;
  if (record) lines.push(t("copy.record", { record }));
  if (turn.answer) lines.push(link(turn.answer));
  return lines.join("\n");
}

/** What the fragment of the address asks for: `{answer, citation}` or `{document, paragraph}`. */
export function fromAddress() {
  const asked = new URLSearchParams(location.hash.slice(1));
  return { answer: asked.get("a"), citation: Number(asked.get("c")) || null, document: asked.get("d"), paragraph: Number(asked.get("p")) || null };
}
