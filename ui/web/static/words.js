// The interface's words: the tables come from the server through gr.I18n.

import { local } from "./storage.js";

const tables = window.gradio_config?.i18n_translations ?? {};
const KEY = "suyuan:language";

export const languages = Object.keys(tables).filter((code) => !code.includes("-"));

function fromBrowser() {
  for (const wanted of navigator.languages ?? [navigator.language]) {
    const base = wanted.toLowerCase().split("-")[0];
    if (languages.includes(base)) return base;
  }
  return "zh";
}

export const language = languages.includes(local.get(KEY)) ? local.get(KEY) : fromBrowser();

/** Says which language the page is in; said again once Gradio, which says so too, is there. */
export function declareLanguage() {
  document.documentElement.lang = language === "zh" ? "zh-CN" : language;
}

export function chooseLanguage(code) {
  local.set(KEY, code);
  location.reload();
}

/** The words for `key` with `{name}` filled in; the key itself if there are none. */
export function t(key, values = {}) {
  const words = tables[language]?.[key] ?? tables.zh?.[key] ?? key;
  return words.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? String(values[name]) : whole));
}

/** The words for `prefix.code`, or the code as it is when there are none (codes may be added). */
export function name(prefix, code) {
  const key = `${prefix}.${code}`;
  const words = t(key);
  return words === key ? code : words;
}
