// Evaluated once in every realm, before any user code. Gives it a console, timers and random numbers,
// and returns the door through which the guest calls `main`.
//
// Everything that is used later is taken hold of here: a program that redefines JSON, Object or
// Promise changes what its own code sees, not what is done with it.
(() => {
  "use strict";
  const { write, entropy } = globalThis;
  delete globalThis.write;
  delete globalThis.entropy;

  const { parse, stringify } = JSON;
  const { apply, construct, ownKeys, defineProperty, getOwnPropertyDescriptor } = Reflect;
  const { isArray } = Array;
  const { isFinite, isSafeInteger } = Number;
  const { max, min, imul, floor } = Math;
  const { now } = Date;
  const text = String;
  const number = Number;
  const symbolText = Symbol.prototype.toString;
  const functionText = Function.prototype.toString;
  const isA = (kind) => {
    const test = Function.prototype[Symbol.hasInstance];
    return (value) => apply(test, kind, [value]);
  };
  const isError = isA(Error);
  const isMap = isA(Map);
  const isSet = isA(Set);
  const isDate = isA(Date);
  const isRegExp = isA(RegExp);
  const isView = ArrayBuffer.isView;
  const mapEach = Map.prototype.forEach;
  const setEach = Set.prototype.forEach;
  const dateText = Date.prototype.toISOString;
  const regExpText = RegExp.prototype.toString;
  const slice = String.prototype.slice;
  const cut = (value, from, to) => apply(slice, value, [from, to]);
  const search = String.prototype.indexOf;
  const find = (value, what) => apply(search, value, [what]);

  const give = (name, value) =>
    defineProperty(globalThis, name, { __proto__: null, value, writable: true, configurable: true });

  // --- showing values -----------------------------------------------------------------------------

  const MAX_DEPTH = 4;
  const MAX_ITEMS = 100;
  const MAX_SHOWN = 10_000;

  /** Return a value as people want to read it; `inside` lists what it is part of. */
  function show(value, inside = null, depth = 0) {
    switch (typeof value) {
      case "string":
        return inside === null ? value : stringify(value.length > MAX_SHOWN ? cut(value, 0, MAX_SHOWN) + "…" : value);
      case "bigint":
        return text(value) + "n";
      case "symbol":
        return apply(symbolText, value, []);
      case "function": {
        const name = getOwnPropertyDescriptor(value, "name")?.value;
        return typeof name === "string" && name ? `[Function: ${name}]` : "[Function]";
      }
      case "object":
        return value === null ? "null" : showObject(value, inside, depth);
      default:
        return value === 0 && 1 / value < 0 ? "-0" : text(value);
    }
  }

  function showObject(value, inside, depth) {
    if (isError(value)) return showError(value);
    if (isDate(value)) return apply(dateText, value, []);
    if (isRegExp(value)) return apply(regExpText, value, []);
    for (let other = inside; other !== null; other = other.inside) {
      if (other.value === value) return "[Circular]";
    }
    const here = { __proto__: null, value, inside };
    const parts = { __proto__: null, text: "", count: 0 };
    const add = (part) => {
      parts.count += 1;
      if (parts.count > MAX_ITEMS) return;
      parts.text += (parts.count > 1 ? ", " : "") + part();
    };
    const deeper = (item) => show(item, here, depth + 1);
    const isList = isArray(value) || (isView(value) && "length" in value);
    if (depth >= MAX_DEPTH) return isList ? "[Array]" : "[Object]";
    let name = "";
    if (isMap(value)) {
      name = `Map(${value.size}) `;
      apply(mapEach, value, [(item, key) => add(() => `${deeper(key)} => ${deeper(item)}`)]);
    } else if (isSet(value)) {
      name = `Set(${value.size}) `;
      apply(setEach, value, [(item) => add(() => deeper(item))]);
    } else if (isList) {
      for (let place = 0; place < min(value.length, MAX_ITEMS); place += 1) {
        add(() => (place in value ? deeper(value[place]) : "<empty>"));
      }
      parts.count = value.length;
    } else {
      const constructor = value.constructor;
      if (typeof constructor === "function" && constructor !== Object && constructor.name) {
        name = `${text(constructor.name)} `;
      }
      const keys = ownKeys(value);
      for (let place = 0; place < keys.length; place += 1) {
        const key = keys[place];
        const property = getOwnPropertyDescriptor(value, key);
        if (!property?.enumerable) continue;
        const label = typeof key === "symbol" ? `[${show(key)}]` : key;
        add(() => `${label}: ${property.get || property.set ? "[Getter/Setter]" : deeper(property.value)}`);
      }
    }
    const rest = parts.count > MAX_ITEMS ? `, … ${parts.count - MAX_ITEMS} more` : "";
    if (isList) return `${name}[${parts.text ? ` ${parts.text}${rest} ` : ""}]`;
    return `${name}{${parts.text ? ` ${parts.text}${rest} ` : ""}}`;
  }

  /** Return an error as its name and message, the stack in lines that follow. */
  function showError(error) {
    const { head, stack } = describe(error);
    return stack ? `${head}\n${stack}` : head;
  }

  /** Return the part of a stack that is the author's: what called it is ours. */
  function authors(stack) {
    const ours = find(stack, "    at <skep>");
    return cut(stack, 0, ours < 0 ? MAX_SHOWN : max(0, min(ours - 1, MAX_SHOWN)));
  }

  /** Return what was thrown, in two texts; whatever it is, this gives some. */
  function describe(thrown) {
    try {
      if (!isError(thrown)) {
        return { __proto__: null, head: `thrown: ${cut(show(thrown, {__proto__: null, value: null, inside: null}), 0, MAX_SHOWN)}`, stack: "" };
      }
      const stack = thrown.stack;
      let head = text(thrown);
      const cause = thrown.cause;
      if (cause !== undefined) head += ` (cause: ${isError(cause) ? text(cause) : show(cause)})`;
      return { __proto__: null, head: cut(head, 0, MAX_SHOWN), stack: typeof stack === "string" ? authors(stack) : "" };
    } catch {
      return { __proto__: null, head: "thrown: a value that has no text", stack: "" };
    }
  }

  // --- console ------------------------------------------------------------------------------------

  const PIECE = 16_384;
  const times = { __proto__: null };
  const counts = { __proto__: null };
  let indent = "";

  function print(stream, values) {
    let line;
    try {
      line = indent + format(values);
    } catch (error) {
      line = `(cannot be shown: ${describe(error).head})`;
    }
    line += "\n";
    for (let from = 0; from < line.length; from += PIECE) {
      write(stream, stringify(cut(line, from, from + PIECE)));
    }
  }

  const directives = {
    __proto__: null,
    s: (value) => (typeof value === "object" && value !== null ? show(value, { __proto__: null, value: null, inside: null }) : show(value)),
    d: (value) => text(number(value)),
    i: (value) => text(floor(number(value))),
    f: (value) => text(number(value)),
    j: (value) => text(stringify(value)),
    o: (value) => show(value),
    O: (value) => show(value),
    c: () => "",
  };

  function format(values) {
    let line = "";
    let used = 0;
    if (typeof values[0] === "string" && values.length > 1) {
      const pattern = values[0];
      used = 1;
      for (let place = 0; place < pattern.length; place += 1) {
        const kind = pattern[place] === "%" ? pattern[place + 1] : undefined;
        if (kind === "%") {
          line += "%";
          place += 1;
        } else if (kind !== undefined && kind in directives && used < values.length) {
          line += directives[kind](values[used]);
          used += 1;
          place += 1;
        } else {
          line += pattern[place];
        }
      }
    }
    for (let place = used; place < values.length; place += 1) {
      line += (place > 0 ? " " : "") + show(values[place]);
    }
    return line;
  }

  const out = (...values) => print(1, values);
  const err = (...values) => print(2, values);
  const since = (label) => {
    const began = times[label];
    return began === undefined ? `${label}: no such timer` : `${label}: ${now() - began}ms`;
  };
  give("console", {
    log: out,
    info: out,
    debug: out,
    dir: (value) => print(1, [value]),
    table: (value) => print(1, [value]),
    warn: err,
    error: err,
    trace: (...values) => print(2, ["Trace:", ...values]),
    assert: (holds, ...values) => {
      if (!holds) print(2, ["Assertion failed", ...values]);
    },
    count: (label = "default") => {
      counts[label] = (counts[label] ?? 0) + 1;
      print(1, [`${text(label)}: ${counts[label]}`]);
    },
    time: (label = "default") => {
      times[label] = now();
    },
    timeLog: (label = "default") => print(1, [since(text(label))]),
    timeEnd: (label = "default") => {
      print(1, [since(text(label))]);
      delete times[label];
    },
    group: (...values) => {
      if (values.length) print(1, values);
      indent = cut(indent + "  ", 0, 40);
    },
    groupEnd: () => {
      indent = cut(indent, 2);
    },
  });

  // --- timers -------------------------------------------------------------------------------------

  const MAX_DELAY_MS = 2_147_483_647;
  let timers = null; // a list by the time they are due
  let lastTimer = 0;

  function enlist(timer) {
    if (timers === null || timers.due > timer.due) {
      timer.next = timers;
      timers = timer;
      return;
    }
    let before = timers;
    while (before.next !== null && before.next.due <= timer.due) before = before.next;
    timer.next = before.next;
    before.next = timer;
  }

  function set(callback, delay, repeats, values) {
    if (typeof callback !== "function") throw new TypeError("a timer needs a function to call");
    const wait = max(1, min(number(delay) || 0, MAX_DELAY_MS));
    lastTimer += 1;
    enlist({ __proto__: null, id: lastTimer, callback, values, due: now() + wait, every: repeats ? wait : 0, next: null });
    return lastTimer;
  }

  function clear(id) {
    if (timers !== null && timers.id === id) {
      timers = timers.next;
      return;
    }
    for (let before = timers; before !== null && before.next !== null; before = before.next) {
      if (before.next.id === id) {
        before.next = before.next.next;
        return;
      }
    }
  }

  give("setTimeout", (callback, delay, ...values) => set(callback, delay, false, values));
  give("setInterval", (callback, delay, ...values) => set(callback, delay, true, values));
  give("clearTimeout", clear);
  give("clearInterval", clear);

  // --- random numbers: the engine's own begin the same in every fork ---------------------------------

  let a = 0, b = 0, c = 0, d = 0;

  /** sfc32, by Chris Doty-Humphrey (PractRand). */
  function word() {
    const t = (a + b + d) | 0;
    d = (d + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (c << 21) | (c >>> 11);
    c = (c + t) | 0;
    return t >>> 0;
  }

  defineProperty(Math, "random", {
    __proto__: null,
    value: () => (word() * 2_097_152 + (word() >>> 11)) / 9_007_199_254_740_992,
    writable: true,
    configurable: true,
  });

  const bytes = (size) => {
    const hex = entropy(size);
    const found = new Uint8Array(size);
    for (let place = 0; place < size; place += 1) found[place] = number(`0x${hex[2 * place]}${hex[2 * place + 1]}`);
    return found;
  };

  give("crypto", {
    getRandomValues: (view) => {
      if (!isView(view)) throw new TypeError("getRandomValues needs a typed array");
      if (view.byteLength > 65_536) throw new RangeError("getRandomValues gives 65,536 bytes at the most");
      new Uint8Array(view.buffer, view.byteOffset, view.byteLength).set(bytes(view.byteLength));
      return view;
    },
    randomUUID: () => {
      const hex = entropy(16);
      const variant = "89ab"[number(`0x${hex[16]}`) & 3];
      return `${cut(hex, 0, 8)}-${cut(hex, 8, 12)}-4${cut(hex, 13, 16)}-${variant}${cut(hex, 17, 20)}-${cut(hex, 20)}`;
    },
  });

  // --- main -----------------------------------------------------------------------------------------

  // Status and text go out apart, and a text fresh from JSON.stringify: the binding has no word for
  // texts that were put together and not yet made one.
  let status = "P";
  let payload = "";

  function fault(name, head, stack = "") {
    payload = stringify({ __proto__: null, fault: name, text: head, stack });
    status = "F";
  }

  /** Say why JSON has no form for a value; nothing when it has one. */
  function objection(value) {
    switch (typeof value) {
      case "number":
        return isFinite(value) ? "" : `is ${value}, which JSON has no number for`;
      case "bigint":
        return "is a BigInt, which JSON cannot carry; use Number(…) or String(…)";
      case "function":
        return "is a function, which JSON cannot carry";
      case "symbol":
        return "is a symbol, which JSON cannot carry";
      case "object":
        if (value === null) return "";
        if (isMap(value)) return "is a Map, which JSON cannot carry; use Object.fromEntries(…)";
        if (isSet(value)) return "is a Set, which JSON cannot carry; use [...set]";
        return "";
      default:
        return "";
    }
  }

  function encode(result) {
    if (typeof result !== "object" || result === null || isArray(result)) {
      const kind = result === null ? "null" : isArray(result) ? "an array" : result === undefined ? "nothing" : `a ${typeof result}`;
      return fault("bad_result", `main returned ${kind}; it must return an object.`);
    }
    let problem = "";
    let json;
    try {
      json = stringify(result, (key, value) => {
        const reason = objection(value);
        if (reason) {
          problem = key === "" ? `a value that ${reason}` : `a value at ${stringify(cut(text(key), 0, 80))} that ${reason}`;
          throw problem;
        }
        return value;
      });
    } catch (error) {
      if (problem) return fault("bad_result", `main returned ${problem}.`);
      const { head } = describe(error);
      if (head === "InternalError: out of memory") throw error;
      if (head === "TypeError: circular reference") return fault("bad_result", "The result contains itself.");
      if (find(head, "RangeError: Maximum call stack size") === 0) return fault("bad_result", "The result is nested too deeply.");
      return fault("bad_result", `The result is not JSON: ${head}.`);
    }
    if (typeof json !== "string" || json[0] !== "{") {
      return fault("bad_result", "main returned an object that does not become a JSON object.");
    }
    payload = json;
    status = "R";
    return undefined;
  }

  function failed(error) {
    const { head, stack } = describe(error);
    fault("exception", head, stack);
  }

  async function settle(promise) {
    try {
      encode(await promise);
    } catch (error) {
      failed(error);
    }
  }

  // What is called <skep> ends the part of a stack that is the author's.
  const doors = {
    __proto__: null,
    seed: (first, second, third, fourth) => {
      a = first | 0;
      b = second | 0;
      c = third | 0;
      d = fourth | 1;
      for (let round = 0; round < 15; round += 1) word();
    },
    call: {
      ["<skep>"]: (main, inputs) => {
        status = "P";
        try {
          const result = main(parse(inputs));
          if (typeof result === "object" && result !== null && typeof result.then === "function") {
            settle(result);
          } else {
            encode(result);
          }
        } catch (error) {
          failed(error);
        }
        return status;
      },
    }["<skep>"],
    status: () => status,
    payload: () => payload,
    next_timer: () => (timers === null ? null : max(0, timers.due - now())),
    fire_timer: {
      ["<skep>"]: () => {
        const timer = timers;
        if (timer === null) return;
        timers = timer.next;
        if (timer.every) {
          timer.due = now() + timer.every;
          enlist(timer);
        }
        apply(timer.callback, undefined, timer.values);
      },
    }["<skep>"],
  };
  return (name) => doors[name];
})();
