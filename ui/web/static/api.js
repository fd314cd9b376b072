// Talking to the server: JSON in, JSON out, answers as lines of JSON.

export class Problem extends Error {
  constructor(message, status) {
    super(message);
    this.status = status;
  }
}

async function check(response) {
  if (response.ok) return response;
  const body = await response.json().catch(() => ({}));
  throw new Problem(body.message ?? `HTTP ${response.status}`, response.status);
}

export async function get(path) {
  return (await check(await fetch(path))).json();
}

export async function post(path, body) {
  const response = await fetch(path, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  return (await check(response)).json();
}

/** The address of a document's path below `/api/documents/`. */
export function documentPath(name) {
  return "/api/documents/" + name.split("/").map(encodeURIComponent).join("/");
}

const documents = new Map();

/** A document with its text, fetched once. */
export function readDocument(name) {
  if (!documents.has(name)) {
    const loading = get(documentPath(name));
    loading.catch(() => documents.delete(name));
    documents.set(name, loading);
  }
  return documents.get(name);
}

/** Asks, and calls `on(event)` for each line of the answer. Rejects when stopped by `signal`. */
export async function ask(body, on, signal) {
  const response = await check(
    await fetch("/api/ask/stream", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
      signal,
    }),
  );
  const reader = response.body.getReader();
  const decoder = new TextDecoder();
  let rest = "";
  for (;;) {
    const { done, value } = await reader.read();
    rest += done ? decoder.decode() : decoder.decode(value, { stream: true });
    const lines = rest.split("\n");
    rest = lines.pop();
    for (const line of lines) if (line) on(JSON.parse(line));
    if (done) return;
  }
}
