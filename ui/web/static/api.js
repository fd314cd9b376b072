// Talking to the server: JSON in, JSON out, answers as lines of JSON.

import { language, t } from "./words.js";

export class Problem extends Error {
  constructor(message, status) {
    super(message);
    this.status = status;
  }
}

const spoken = { "accept-language": language };

async function check(response) {
  if (response.ok) return response;
  const body = await response.json().catch(() => ({}));
  throw new Problem(body.message ?? `HTTP ${response.status}`, response.status);
}

export async function get(path) {
  return (await check(await fetch(path, { headers: spoken }))).json();
}

export async function post(path, body) {
  const response = await fetch(path, {
    method: "POST",
    headers: { "content-type": "application/json", ...spoken },
    body: JSON.stringify(body),
  });
  return (await check(response)).json();
}

export async function send(method, path) {
  return (await check(await fetch(path, { method, headers: spoken }))).json();
}

/** Waits until the server has opened its index; `say(stage)` is called while it has not. */
export async function ready(say) {
  for (;;) {
    const health = await get("/api/health");
    if (health.status === "ok") return;
    say(health.stage);
    await new Promise((resolve) => setTimeout(resolve, 400));
  }
}

/** Uploads a file; `progress(share)` from 0 to 1 while it is sent. */
export function upload(file, progress) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("POST", `/api/documents?name=${encodeURIComponent(file.name)}`);
    request.upload.addEventListener("progress", (event) => event.lengthComputable && progress(event.loaded / event.total));
    request.addEventListener("load", () => {
      let body = {};
      try {
        body = JSON.parse(request.responseText);
      } catch {
        // Not ours: the message below says what is known.
      }
      if (request.status < 400) resolve(body);
      else reject(new Problem(body.message ?? `HTTP ${request.status}`, request.status));
    });
    request.addEventListener("error", () => reject(new Problem(t("state.offline"), 0)));
    request.setRequestHeader("content-type", "application/octet-stream");
    request.setRequestHeader("accept-language", language);
    request.send(file);
  });
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
      headers: { "content-type": "application/json", ...spoken },
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
