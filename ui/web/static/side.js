// The list of conversations beside the chat.

import * as chats from "./chats.js";
import { h } from "./dom.js";
import { local } from "./storage.js";
import { language, t } from "./words.js";

const locale = language === "zh" ? "zh-CN" : language;
const day = new Intl.DateTimeFormat(locale, { month: "numeric", day: "numeric" });
const hour = new Intl.DateTimeFormat(locale, { hour: "2-digit", minute: "2-digit", hour12: false });

/** Today's conversations by the hour, older ones by the day. */
const when = (at) => (new Date(at).toDateString() === new Date().toDateString() ? hour : day).format(at);

/** `on.fresh()` begins a new one, `on.open(id)` shows one, `on.forget(id)` deletes one. */
export function sideList(current, on) {
  const entries = chats.list().map((entry) => {
    const here = entry.id === current;
    return h(
      "li",
      { class: here ? "current" : null },
      h(
        "button",
        { type: "button", class: "chat-entry", title: entry.title, "aria-current": here ? "true" : null, onclick: () => on.open(entry.id) },
        h("span", { class: "chat-title" }, entry.title),
        h("span", { class: "chat-when" }, when(entry.at)),
      ),
      h("button", { type: "button", class: "quiet icon small", "aria-label": t("chats.remove", { title: entry.title }), title: t("chats.remove.short"), onclick: () => on.forget(entry.id) }, "✕"),
    );
  });
  return [
    h("button", { type: "button", class: "new", onclick: on.fresh }, "＋ ", t("chats.new")),
    h("h2", { class: "side-title" }, t("chats.title")),
    entries.length ? h("ul", {}, entries) : h("p", { class: "side-empty" }, t("chats.none")),
    h("p", { class: "side-note" }, t(local.lasting ? "chats.note" : "chats.note.memory")),
  ];
}
