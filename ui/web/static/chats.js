// The conversations of this browser: kept in its own storage, never on the server.

import { local } from "./storage.js";

const INDEX = "suyuan:chats";
const key = (id) => `suyuan:chat:${id}`;
const EXCERPT = 160;

/** The list, newest first: `{id, title, at}`. */
export function list() {
  const kept = local.read(INDEX, []);
  return Array.isArray(kept) ? kept : [];
}

/** A new, empty conversation. It is kept once it has a turn. */
export function create() {
  return { id: randomId(), title: "", at: Date.now(), turns: [] };
}

export function load(id) {
  const chat = local.read(key(id), null);
  return Array.isArray(chat?.turns) ? { ...chat, turns: chat.turns.map(whole) } : null;
}

/**
 * Keeps a conversation, with the turns that another window added to it meanwhile. Whether it
 * outlives the page: the storage may be switched off, or too small for it.
 */
export function save(chat) {
  const stored = new Map((load(chat.id)?.turns ?? []).map((turn) => [turn.id, turn]));
  const turns = chat.turns.map((turn) => (!turn.answer && stored.get(turn.id)?.answer ? stored.get(turn.id) : turn));
  const known = new Set(turns.map((turn) => turn.id));
  turns.push(...[...stored.values()].filter((turn) => turn.id && !known.has(turn.id)));
  turns.sort((a, b) => (a.at ?? 0) - (b.at ?? 0));
  chat.at = Date.now();
  chat.title ||= chat.turns[0]?.question.trim().slice(0, 60) ?? "";
  const text = JSON.stringify({ ...chat, turns: turns.map(slim) });
  const others = list().filter((other) => other.id !== chat.id);
  const entry = { id: chat.id, title: chat.title, at: chat.at };
  let kept = local.set(key(chat.id), text);
  // A full storage: older conversations make room, but not all of them for one that is too long.
  for (const oldest of kept || !local.lasting ? [] : others.slice(1).reverse()) {
    others.pop();
    local.remove(key(oldest.id));
    kept = local.set(key(chat.id), text);
    if (kept) break;
  }
  local.set(INDEX, JSON.stringify([entry, ...others]));
  return kept;
}

/** Calls `changed(id)` when another window changes a conversation, or the list (no id). */
export function watch(changed) {
  addEventListener("storage", (event) => {
    if (event.key === INDEX || event.key === null) changed(null);
    else if (event.key.startsWith(key(""))) changed(event.key.slice(key("").length));
  });
}

export function remove(id) {
  local.remove(key(id));
  local.set(INDEX, JSON.stringify(list().filter((other) => other.id !== id)));
}

// What an answer holds is kept once, and the paragraphs found by their beginnings: they can be
// read again from the document.
function slim(turn) {
  const { answer } = turn;
  if (!answer) return turn;
  const { claims, hits, rejected, ...rest } = turn;
  const beginnings = answer.hits.map((hit) => ({ ...hit, text: Array.from(hit.text).slice(0, EXCERPT).join("") }));
  return { ...rest, answer: { ...answer, hits: beginnings } };
}

function whole(turn) {
  const { answer } = turn;
  return answer ? { ...turn, claims: answer.claims, hits: answer.hits, rejected: answer.rejected } : turn;
}

export function randomId() {
  return Array.from(crypto.getRandomValues(new Uint8Array(9)), (b) => b.toString(36).padStart(2, "0")).join("");
}
