// Starts the page: waits for Gradio to place the mount point, then draws into it.

import { get, ready } from "./api.js";
import { Chat } from "./chat.js";
import { h, put } from "./dom.js";
import { local } from "./storage.js";
import { chooseLanguage, declareLanguage, language, languages, t } from "./words.js";

const THEME = "suyuan:theme";

const appearing = (selector) =>
  new Promise((found) => {
    const look = () => {
      const element = document.querySelector(selector);
      if (element) found(element);
      return Boolean(element);
    };
    if (look()) return;
    const observer = new MutationObserver(() => look() && observer.disconnect());
    observer.observe(document.documentElement, { childList: true, subtree: true });
  });

function theme() {
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const apply = () => {
    const chosen = local.get(THEME);
    const now = chosen ?? (dark.matches ? "dark" : "light");
    document.documentElement.dataset.theme = now;
    document.body?.classList.toggle("dark", now === "dark");
  };
  dark.addEventListener("change", apply);
  apply();
  return () => {
    local.set(THEME, document.documentElement.dataset.theme === "dark" ? "light" : "dark");
    apply();
  };
}

function skip(event) {
  event.preventDefault();
  (document.querySelector("#question") ?? document.querySelector("#main")).focus();
}

function bar(page, toggleTheme, onmenu) {
  const link = (href, name) => h("a", { href, "aria-current": page === name ? "page" : null }, t(`nav.${name}`));
  const other = languages.find((code) => code !== language) ?? language;
  return h(
    "header",
    { class: "bar" },
    h("a", { class: "skip", href: `${location.pathname}#main`, onclick: skip }, t("nav.skip")),
    page === "chat" && h("button", { type: "button", class: "quiet icon menu", "aria-label": t("chats.title"), onclick: onmenu }, "☰"),
    h("a", { class: "brand", href: "/" }, h("span", { class: "brand-mark", "aria-hidden": "true" }), h("span", { class: "brand-name" }, "溯源"), h("span", { class: "brand-latin" }, "Suyuan")),
    h("nav", { class: "pages", "aria-label": t("nav.title") }, link("/", "chat"), link("/documents", "documents"), link("/overview", "overview")),
    page === "chat" && h("span", { class: "bar-label", title: t("label.ai") }, h("span", { class: "long" }, t("label.bar")), h("span", { class: "short" }, t("label.bar.short"))),
    h(
      "div",
      { class: "bar-tools" },
      h("button", { type: "button", class: "quiet small", lang: other === "zh" ? "zh-CN" : other, onclick: () => chooseLanguage(other), title: t("nav.otherlanguage") }, h("span", { class: "long" }, t("nav.otherlanguage")), h("span", { class: "short" }, t("nav.otherlanguage.short"))),
      h("button", { type: "button", class: "quiet icon", "aria-label": t("nav.theme"), title: t("nav.theme"), onclick: toggleTheme }, "◐"),
    ),
  );
}

const preparing = (stage) =>
  h("div", { class: "preparing", role: "status" }, h("p", {}, h("b", {}, t("state.preparing"))), h("p", { class: "muted" }, stage.match(/\d+ of \d+/)?.[0].replace(" of ", "/") ?? ""), h("div", { class: "indeterminate", "aria-hidden": "true" }, h("span")));

async function main() {
  const toggleTheme = theme();
  let stage = "";
  let sayStage = (words) => (stage = words);
  const loading = ready((words) => sayStage(words)).then(() => Promise.all([get("/api/documents"), get("/api/site")]));
  loading.catch(() => {});
  const mount = await appearing("[id^=suyuan-]");
  theme();
  declareLanguage();
  const page = mount.id.replace("suyuan-", "");
  document.title = `${t(`nav.${page}`)} · 溯源 Suyuan`;
  const place = h("div", { id: "main", class: "view", tabindex: "-1" });
  let chat = null;
  put(mount, h("div", { class: "suyuan" }, bar(page, toggleTheme, () => chat?.element.classList.toggle("listing")), place));
  sayStage = (words) => put(place, preparing(words));
  if (stage) sayStage(stage);
  try {
    const [library, site] = await loading;
    if (page === "chat") {
      chat = new Chat({ documents: library.documents, site });
      put(place, chat.element);
      await chat.start();
    } else {
      const module = await import(`./${page}.js`);
      await module.draw(place, library);
    }
  } catch (problem) {
    put(place, h("div", { class: "fault", role: "alert" }, h("p", {}, h("b", {}, t("state.error")), " ", problem.message), h("p", {}, t("state.error.next"))));
  }
  declareLanguage();
  document.documentElement.dataset.ready = "true";
  performance.mark("suyuan-interactive");
}

main();
