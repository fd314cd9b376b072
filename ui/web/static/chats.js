// The conversations of this browser: kept in its own storage, never on the server.

const INDEX = "suyuan:chats";
const key = (id) => `suyuan:chat:${id}`;
const EXCERPT = 160;

const read = (k, otherwise) => {
  try {
    return JSON.parse(localStorage.getItem(k)) ?? otherwise;
  } catch {
    return otherwise;
  }
};

/** The list, newest first: `{id, title, at}`. */
export function list() {
  return read(INDEX, []);
}

/** A new, empty conversation. It is kept once it has a turn. */
export function create() {
  return { id: randomId(), title: "", at: Date.now(), turns: [] };
}

export function load(id) {
  return read(key(id), null);
}

export function save(chat) {
  chat.at = Date.now();
  chat.title ||= chat.turns[0]?.question.trim().slice(0, 60) ?? "";
  const entry = { id: chat.id, title: chat.title, at: chat.at };
  const others = list().filter((other) => other.id !== chat.id);
  const slim = JSON.stringify({ ...chat, turns: chat.turns.map(slimTurn) });
  for (;;) {
    try {
      localStorage.setItem(key(chat.id), slim);
      localStorage.setItem(INDEX, JSON.stringify([entry, ...others]));
      return;
    } catch (full) {
      // The browser's storage is full: the oldest conversation makes room.
      const oldest = others.pop();
      if (!oldest) throw full;
      localStorage.removeItem(key(oldest.id));
    }
  }
}

export function remove(id) {
  localStorage.removeItem(key(id));
  localStorage.setItem(INDEX, JSON.stringify(list().filter((other) => other.id !== id)));
}

export function rename(id, title) {
  const chat = load(id);
  if (!chat) return;
  localStorage.setItem(key(id), JSON.stringify({ ...chat, title }));
  localStorage.setItem(INDEX, JSON.stringify(list().map((c) => (c.id === id ? { ...c, title } : c))));
}

// The paragraphs found are long and can be read again from the document: keep their beginnings.
function slimTurn(turn) {
  const { answer } = turn;
  if (!answer) return turn;
  const hits = answer.hits.map((hit) => ({ ...hit, text: Array.from(hit.text).slice(0, EXCERPT).join("") }));
  return { ...turn, answer: { ...answer, hits } };
}

export function randomId() {
  return Array.from(crypto.getRandomValues(new Uint8Array(9)), (b) => b.toString(36).padStart(2, "0")).join("");
}
