// What can be done with an answer: copy, link, files, rating, handing over.

import { post } from "./api.js";
import { h, put, s } from "./dom.js";
import { asText, link } from "./share.js";
import { name, t } from "./words.js";

const REASONS = ["wrong_source", "incomplete", "not_answering", "unclear", "other"];

const quiet = (label, onclick, more = {}) => h("button", { type: "button", class: "quiet small", onclick, ...more }, label);

async function copy(button, text, say) {
  const words = button.textContent;
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    // Without permission for the clipboard the browser's own selection still works.
    const area = h("textarea", { class: "hidden", "aria-hidden": "true" });
    area.value = text;
    document.body.append(area);
    area.select();
    document.execCommand("copy");
    area.remove();
  }
  put(button, t("action.copied"));
  say(t("action.copied"));
  setTimeout(() => put(button, words), 1600);
}

/** The row of actions below an answer. `tools`: titles, say, retry(turn), save(). */
export function actionRow(turn, tools) {
  const { answer } = turn;
  const out = [];
  if (turn.claims.length) out.push(quiet(t("action.copy"), (event) => copy(event.currentTarget, asText(turn, tools.titles), tools.say)));
  if (answer) out.push(quiet(t("action.link"), (event) => copy(event.currentTarget, link(answer), tools.say)));
  if (answer && turn.claims.length && tools.site.exports.length) out.push(exports_(answer, tools.site.exports));
  const failed = turn.state === "error" || answer?.status === "failed";
  out.push(quiet(t("action.retry"), () => tools.retry(turn), failed ? { class: "small again" } : {}));
  if (answer && answer.status !== "failed" && !turn.foreign) out.push(rating(turn, tools));
  return out;
}

function exports_(answer, formats) {
  const links = formats.map((format) =>
    h("a", { class: "menu-item", href: `/api/answers/${encodeURIComponent(answer.id)}/export?format=${format}`, download: "" }, t(`export.${format}`)),
  );
  const menu = h("details", { class: "menu-of above" }, h("summary", { class: "quiet small" }, t("action.export")), h("div", { class: "menu-list" }, links));
  menu.addEventListener("click", (event) => event.target.matches("a") && (menu.open = false));
  menu.addEventListener("focusout", (event) => menu.contains(event.relatedTarget) || (menu.open = false));
  return menu;
}

const thumbSign = (verdict) =>
  s("svg", { class: "thumb", viewBox: "0 0 24 24", "aria-hidden": "true" }, s("path", { transform: verdict === "down" ? "rotate(180 12 12)" : null, d: "M3 10.5h4V21H3zM7 11l4.2-8c1.6 0 2.6 1.2 2.3 2.8L13 9.5h5.6c1.4 0 2.4 1.3 2.1 2.6l-1.5 6.6c-.3 1.4-1.4 2.3-2.8 2.3H7" }));

function rating(turn, tools) {
  const place = h("span", { class: "rating" });
  const sendRating = async (verdict, reason, thanks) => {
    try {
      await post("/api/feedback", { answer: turn.answer.id, verdict, reason });
      turn.rated = verdict;
      tools.save();
      draw(thanks ? t("feedback.thanks") : "", verdict === "down" && !thanks);
      if (thanks) tools.say(t("feedback.thanks"));
    } catch (problem) {
      draw(problem.message);
    }
  };
  const review = async () => {
    try {
      const { number, office } = await post("/api/referrals", { answer: turn.answer.id });
      turn.referral = number;
      tools.save();
      draw(t("referral.done", { number, office: office || t("referral.office.unknown") }));
    } catch (problem) {
      draw(problem.message);
    }
  };
  const thumb = (verdict) =>
    quiet(thumbSign(verdict), () => sendRating(verdict, "", verdict === "up"), {
      "aria-label": t(`feedback.${verdict}`),
      title: t(`feedback.${verdict}`),
      "aria-pressed": String(turn.rated === verdict),
    });
  const reasons = () => {
    const words = h("input", { type: "text", maxlength: "400", "aria-label": t("feedback.words"), placeholder: t("feedback.words") });
    const form = h(
      "form",
      { class: "reasons", "aria-label": t("feedback.why") },
      h("p", {}, t("feedback.why")),
      h("div", { class: "reason-list" }, REASONS.map((code) => h("button", { type: "button", class: "small", onclick: () => sendRating("down", code, true) }, name("feedback.reason", code)))),
      h("div", { class: "reason-words" }, words, h("button", { type: "submit", class: "small" }, t("feedback.send"))),
      !turn.referral && h("p", { class: "reason-review" }, h("button", { type: "button", class: "small", onclick: review }, t("feedback.review"))),
    );
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      sendRating("down", words.value, true);
    });
    return form;
  };
  const draw = (words = "", asking = false) => {
    const form = asking && reasons();
    put(place, h("span", { class: "thumbs" }, thumb("up"), thumb("down")), words && h("span", { class: "muted thanks", role: "status" }, words), form);
    if (form) form.scrollIntoView({ block: "nearest" });
  };
  draw();
  return place;
}

/** For a referred question: which office answers, and one click to hand it over. */
export function referral(turn, site, tools) {
  const office = site.office || t("referral.office.unknown");
  const place = h("div", { class: "referral" });
  const done = (number) => [h("p", { class: "note good", role: "status" }, t("referral.done", { number, office })), contact(site)];
  const handOver = async (button) => {
    button.disabled = true;
    try {
      const { number } = await post("/api/referrals", { answer: turn.answer.id });
      turn.referral = number;
      tools.save();
      put(place, done(number));
    } catch (problem) {
      button.disabled = false;
      put(place, offer(), h("p", { class: "note" }, problem.message));
    }
  };
  if (turn.foreign) return put(place, h("p", {}, t("referral.turn", { office })), contact(site));
  const offer = () => [
    h("p", {}, t("referral.office", { office })),
    contact(site),
    h("button", { type: "button", class: "primary", onclick: (event) => handOver(event.currentTarget) }, t("referral.hand")),
    h("p", { class: "muted" }, t("referral.privacy")),
  ];
  return put(place, turn.referral ? done(turn.referral) : offer());
}

const contact = (site) => site.contact && h("p", {}, t("referral.contact", { contact: site.contact }));
