// The browser's own storage, or the page's memory where there is none (private windows, storage
// switched off): what is kept then lasts as long as the page.

class Kept {
  constructor(name) {
    this.memory = new Map();
    try {
      this.storage = window[name];
      this.storage.getItem("suyuan");
    } catch {
      this.storage = null;
    }
  }

  /** Whether what is kept outlives the page. */
  get lasting() {
    return this.storage !== null;
  }

  get(key) {
    return this.memory.get(key) ?? this.storage?.getItem(key) ?? null;
  }

  /** The value kept as JSON, or `otherwise` where there is none that can be read. */
  read(key, otherwise) {
    try {
      return JSON.parse(this.get(key)) ?? otherwise;
    } catch {
      return otherwise;
    }
  }

  /** Keeps a value; whether it outlives the page (the storage may be full). */
  set(key, value) {
    try {
      if (this.storage === null) throw new Error("no storage");
      this.storage.setItem(key, value);
      this.memory.delete(key);
      return true;
    } catch {
      this.memory.set(key, value);
      return false;
    }
  }

  remove(key) {
    this.memory.delete(key);
    this.storage?.removeItem(key);
  }
}

export const local = new Kept("localStorage");
export const session = new Kept("sessionStorage");
