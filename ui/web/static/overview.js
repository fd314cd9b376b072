// The overview: what was asked and what came of it, drawn as plain SVG with a table beside it.

import { get, readDocument } from "./api.js";
import { h, put, s } from "./dom.js";
import { t } from "./words.js";

const STATUSES = ["answered", "refused", "referred", "failed"];
// As wide as the screen allows, so that the words in a plot keep their size.
const WIDTH = innerWidth < 700 ? 400 : 1040;
const HEIGHT = 190;

export async function draw(place, { documents }) {
  const data = await get("/api/overview");
  const totals = Object.fromEntries(STATUSES.map((status) => [status, data.by_day.filter((d) => d.status === status).reduce((sum, d) => sum + d.count, 0)]));
  const all = Object.values(totals).reduce((a, b) => a + b, 0);
  put(
    place,
    h(
      "div",
      { class: "page overview" },
      h("div", { class: "page-head" }, h("h1", {}, t("overview.title")), h("p", { class: "muted" }, t("overview.note", { days: data.days }))),
      h("div", { class: "figures" }, figure(t("overview.questions"), all), STATUSES.slice(0, 3).map((status) => figure(t(`overview.${status}`), share(totals[status], all))), figure(t("overview.rejected"), data.rejected), figure(t("overview.p50"), ms(data.latency_ms.p50)), figure(t("overview.p95"), ms(data.latency_ms.p95)), figure(t("overview.feedback"), `${data.feedback.up ?? 0} / ${data.feedback.down ?? 0}`)),
      all === 0 && h("p", { class: "empty" }, t("overview.empty")),
      all > 0 && panel(t("overview.over_time"), byDay(data)),
      all > 0 && panel(t("overview.latency"), latency(data.latency_ms)),
      all > 0 && panel(t("overview.cited"), documents.filter((d) => data.cited[d.name]).map((d) => heat(d, data.cited[d.name]))),
      all > 0 && panel(t("overview.unanswered"), data.unanswered.length ? h("ol", { class: "unanswered" }, data.unanswered.map((u) => h("li", {}, u.question, " ", h("span", { class: "muted" }, t("overview.times", { n: u.count }))))) : h("p", { class: "muted" }, t("overview.unanswered.none"))),
    ),
  );
}

const share = (part, all) => (all ? `${Math.round((100 * part) / all)}%` : "–");
const ms = (value) => (value === null ? "–" : t("how.ms", { ms: value < 10 ? value.toFixed(1) : Math.round(value) }));
const figure = (words, value) => h("div", { class: "figure" }, h("span", { class: "figure-value" }, String(value)), h("span", { class: "figure-name" }, words));
const panel = (title, ...children) => h("section", { class: "panel" }, h("h2", {}, title), children);

function table(head, rows) {
  return h("details", { class: "as-table" }, h("summary", {}, t("overview.table")), h("table", {}, h("thead", {}, h("tr", {}, head.map((x) => h("th", { scope: "col" }, x)))), h("tbody", {}, rows.map((row) => h("tr", {}, row.map((x) => h("td", {}, String(x))))))));
}

/** Stacked bars, one for each of the last days. */
function byDay({ by_day, until, days }) {
  const dates = Array.from({ length: days }, (_, i) => new Date((until - (days - 1 - i) * 86400) * 1000).toISOString().slice(0, 10));
  const count = (date, status) => by_day.find((d) => d.day === date && d.status === status)?.count ?? 0;
  const sums = dates.map((date) => STATUSES.reduce((sum, status) => sum + count(date, status), 0));
  const top = Math.max(...sums, 1);
  const left = 36;
  const step = (WIDTH - left) / days;
  const bars = dates.flatMap((date, i) => {
    let y = HEIGHT - 22;
    return STATUSES.map((status) => {
      const height = (count(date, status) / top) * (HEIGHT - 40);
      y -= height;
      return height > 0 && s("rect", { class: `s-${status}`, x: left + i * step + 1, y, width: step - 2, height }, s("title", {}, `${date} ${t(`status.short.${status}`)} ${count(date, status)}`));
    });
  });
  return [
    s("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img", "aria-label": t("overview.over_time") }, gridLine(left, 18, top), gridLine(left, HEIGHT - 22, 0), bars, s("text", { x: left, y: HEIGHT - 4 }, dates[0]), s("text", { x: WIDTH, y: HEIGHT - 4, "text-anchor": "end" }, dates.at(-1))),
    h("p", { class: "legend" }, STATUSES.map((status) => h("span", {}, h("i", { class: `s-${status}`, "aria-hidden": "true" }), t(`status.short.${status}`)))),
    table([t("overview.day"), ...STATUSES.map((x) => t(`status.short.${x}`))], dates.filter((_, i) => sums[i]).map((date) => [date, ...STATUSES.map((x) => count(date, x))])),
  ];
}

const gridLine = (left, y, value) => [s("line", { class: "grid", x1: left, x2: WIDTH, y1: y, y2: y }), s("text", { x: left - 6, y: y + 4, "text-anchor": "end" }, String(value))];

function latency({ edges, counts }) {
  const names = [...edges.map((edge) => `< ${edge}`), `≥ ${edges.at(-1)}`];
  const top = Math.max(...counts, 1);
  const step = WIDTH / counts.length;
  const bars = counts.map((n, i) => {
    const height = (n / top) * (HEIGHT - 46);
    return [
      s("rect", { class: "s-plain", x: i * step + 4, y: HEIGHT - 22 - height, width: step - 8, height: Math.max(height, n ? 1 : 0) }),
      n > 0 && s("text", { x: (i + 0.5) * step, y: HEIGHT - 27 - height, "text-anchor": "middle" }, String(n)),
      s("text", { x: (i + 0.5) * step, y: HEIGHT - 5, "text-anchor": "middle" }, names[i]),
    ];
  });
  return [s("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img", "aria-label": t("overview.latency") }, s("line", { class: "grid", x1: 0, x2: WIDTH, y1: HEIGHT - 22, y2: HEIGHT - 22 }), bars), table([t("overview.latency.ms"), t("overview.questions")], names.map((x, i) => [x, counts[i]]))];
}

/** A strip from the document's first paragraph to its last: the darker, the more often cited. */
function heat(document, counts) {
  const top = Math.max(...Object.values(counts));
  const most = Object.entries(counts).sort((a, b) => b[1] - a[1]).slice(0, 5);
  const step = WIDTH / document.paragraphs;
  const links = new Map(most.map(([p]) => [p, h("a", { href: `/#d=${encodeURIComponent(document.name)}&p=${p}` }, t("overview.paragraph", { n: p }))]));
  // The label that a reader would use, and how the paragraph begins, once the text is here.
  readDocument(document.name).then(({ text }) => links.forEach((link, p) => put(link, h("b", {}, text[p - 1].label), " ", beginning(text[p - 1].text))), () => {});
  return h(
    "div",
    { class: "heat-of" },
    h("h3", {}, document.title),
    s("svg", { viewBox: `0 0 ${WIDTH} 28`, class: "heat-strip", role: "img", "aria-label": t("overview.heat", { title: document.title }), preserveAspectRatio: "none" }, s("rect", { class: "heat-base", x: 0, y: 0, width: WIDTH, height: 28 }), Object.entries(counts).map(([p, n]) => s("rect", { class: "heat-cell", x: (p - 1) * step, y: 0, width: Math.max(step, 1.5), height: 28, "fill-opacity": 0.25 + (0.75 * n) / top }, s("title", {}, `${p}: ${n}`)))),
    h("ol", { class: "heat-most" }, most.map(([p, n]) => h("li", {}, links.get(p), " ", h("span", { class: "muted" }, t("overview.times", { n }))))),
  );
}

const BEGINNING = 24;

const beginning = (text) => {
  const points = Array.from(text);
  return points.length > BEGINNING ? `${points.slice(0, BEGINNING).join("")}…` : text;
};
