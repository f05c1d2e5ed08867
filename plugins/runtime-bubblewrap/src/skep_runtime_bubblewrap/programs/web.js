// What people expect of JavaScript beyond the language, as far as it needs nothing outside the realm.
(() => {
  "use strict";
  const give = (name, value) =>
    Reflect.defineProperty(globalThis, name, { __proto__: null, value, writable: true, configurable: true });

  const refuse = (value) => {
    const error = new TypeError(`structuredClone cannot copy ${typeof value === "symbol" ? "a symbol" : "a function"}`);
    error.name = "DataCloneError";
    throw error;
  };

  function copy(value, known) {
    if (typeof value === "function" || typeof value === "symbol") refuse(value);
    if (typeof value !== "object" || value === null) return value;
    if (known.has(value)) return known.get(value);
    const keep = (made) => {
      known.set(value, made);
      return made;
    };
    if (value instanceof Date) return keep(new Date(value.getTime()));
    if (value instanceof RegExp) return keep(new RegExp(value.source, value.flags));
    if (value instanceof ArrayBuffer) return keep(value.slice(0));
    if (ArrayBuffer.isView(value)) {
      const buffer = copy(value.buffer, known);
      return keep(new value.constructor(buffer, value.byteOffset, value.length ?? value.byteLength));
    }
    if (value instanceof Map) {
      const made = keep(new Map());
      for (const [key, item] of value) made.set(copy(key, known), copy(item, known));
      return made;
    }
    if (value instanceof Set) {
      const made = keep(new Set());
      for (const item of value) made.add(copy(item, known));
      return made;
    }
    if (value instanceof Error) {
      const made = keep(new (globalThis[value.name] ?? Error)(value.message));
      made.stack = String(value.stack);
      return made;
    }
    const made = keep(Array.isArray(value) ? new Array(value.length) : {});
    for (const key of Object.keys(value)) {
      Object.defineProperty(made, key, { value: copy(value[key], known), writable: true, enumerable: true, configurable: true });
    }
    return made;
  }

  give("structuredClone", (value) => copy(value, new Map()));

  give("TextEncoder", class TextEncoder {
    get encoding() {
      return "utf-8";
    }

    encode(value = "") {
      const whole = String(value).toWellFormed();
      const bytes = new Uint8Array(whole.length * 3);
      let size = 0;
      for (let place = 0; place < whole.length; place += 1) {
        const code = whole.codePointAt(place);
        if (code < 0x80) {
          bytes[size++] = code;
        } else if (code < 0x800) {
          bytes[size++] = 0xc0 | (code >> 6);
          bytes[size++] = 0x80 | (code & 0x3f);
        } else if (code < 0x10000) {
          bytes[size++] = 0xe0 | (code >> 12);
          bytes[size++] = 0x80 | ((code >> 6) & 0x3f);
          bytes[size++] = 0x80 | (code & 0x3f);
        } else {
          place += 1;
          bytes[size++] = 0xf0 | (code >> 18);
          bytes[size++] = 0x80 | ((code >> 12) & 0x3f);
          bytes[size++] = 0x80 | ((code >> 6) & 0x3f);
          bytes[size++] = 0x80 | (code & 0x3f);
        }
      }
      return bytes.slice(0, size);
    }
  });

  // Where a sequence of so many bytes may begin, by the WHATWG Encoding Standard, section 8.1.1.
  const LEAST = [0, 0x80, 0x800, 0x10000];

  give("TextDecoder", class TextDecoder {
    #fatal;

    constructor(label = "utf-8", { fatal = false } = {}) {
      if (!["utf-8", "utf8"].includes(String(label).toLowerCase())) throw new RangeError(`TextDecoder knows utf-8, not ${label}`);
      this.#fatal = Boolean(fatal);
    }

    get encoding() {
      return "utf-8";
    }

    decode(input = new Uint8Array()) {
      const bytes = ArrayBuffer.isView(input)
        ? new Uint8Array(input.buffer, input.byteOffset, input.byteLength)
        : new Uint8Array(input);
      const start = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0;
      let text = "";
      for (let place = start; place < bytes.length; ) {
        const first = bytes[place++];
        if (first < 0x80) {
          text += String.fromCharCode(first);
          continue;
        }
        const more = first >= 0xf0 && first < 0xf5 ? 3 : first >= 0xe0 && first < 0xf0 ? 2 : first >= 0xc2 && first < 0xe0 ? 1 : 0;
        let code = first & (0x3f >> more);
        let taken = 0;
        while (taken < more && (bytes[place + taken] & 0xc0) === 0x80) {
          code = (code << 6) | (bytes[place + taken] & 0x3f);
          taken += 1;
        }
        const isWhole = more > 0 && taken === more && code >= LEAST[more] && code < 0x110000 && (code < 0xd800 || code > 0xdfff);
        if (isWhole) {
          text += String.fromCodePoint(code);
          place += taken;
        } else if (this.#fatal) {
          throw new TypeError("the bytes are not valid utf-8");
        } else {
          text += "\ufffd";
        }
      }
      return text;
    }
  });

  const unescape = (text) => {
    const spaced = text.replaceAll("+", " ");
    try {
      return decodeURIComponent(spaced);
    } catch {
      return spaced;
    }
  };
  const escape = (text) =>
    encodeURIComponent(text.toWellFormed())
      .replaceAll("%20", "+")
      .replace(/[!'()~]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);

  give("URLSearchParams", class URLSearchParams {
    #pairs = [];

    constructor(from = "") {
      if (typeof from === "object" && from !== null) {
        const pairs = typeof from[Symbol.iterator] === "function" ? from : Object.entries(from);
        for (const [name, value] of pairs) this.append(name, value);
        return;
      }
      for (const part of String(from).replace(/^\?/, "").split("&")) {
        if (!part) continue;
        const place = part.indexOf("=");
        const [name, value] = place < 0 ? [part, ""] : [part.slice(0, place), part.slice(place + 1)];
        this.append(unescape(name), unescape(value));
      }
    }

    append(name, value) {
      this.#pairs.push([String(name), String(value)]);
    }

    delete(name) {
      this.#pairs = this.#pairs.filter(([other]) => other !== String(name));
    }

    get(name) {
      return this.getAll(name)[0] ?? null;
    }

    getAll(name) {
      return this.#pairs.filter(([other]) => other === String(name)).map(([, value]) => value);
    }

    has(name) {
      return this.#pairs.some(([other]) => other === String(name));
    }

    set(name, value) {
      const place = this.#pairs.findIndex(([other]) => other === String(name));
      if (place < 0) return this.append(name, value);
      const rest = this.#pairs.slice(place + 1).filter(([other]) => other !== String(name));
      this.#pairs = [...this.#pairs.slice(0, place), [String(name), String(value)], ...rest];
    }

    sort() {
      this.#pairs.sort(([one], [other]) => (one < other ? -1 : one > other ? 1 : 0));
    }

    get size() {
      return this.#pairs.length;
    }

    forEach(call) {
      for (const [name, value] of this) call(value, name, this);
    }

    *keys() {
      for (const [name] of this.#pairs) yield name;
    }

    *values() {
      for (const [, value] of this.#pairs) yield value;
    }

    *entries() {
      for (const [name, value] of this.#pairs) yield [name, value];
    }

    [Symbol.iterator]() {
      return this.entries();
    }

    toString() {
      return this.#pairs.map((pair) => pair.map(escape).join("=")).join("&");
    }
  });
})();
