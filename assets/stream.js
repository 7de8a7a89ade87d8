// One stream of events for all tabs of a browser. Over HTTP/1.1 a browser keeps six connections to
// a site: a stream for each tab would leave none for the seventh.
//
// Of the tabs that are seen, one leads: it holds the stream, for the units of all of them, and tells
// the others. Who leads is a lock's matter (Web Locks), so a tab that closes or falls over hands it
// on. A tab that is out of sight takes no part. Where the browser shares nothing (an address
// without TLS, a sandbox), each tab that is seen has a stream of its own.

const RETRY = [1_000, 2_000, 5_000, 10_000, 30_000];

// The stream itself, for some units, from a mark on. `last`: up to here nothing of them was missed.
class Line {
  #source = null;
  #timer = null;
  #failures = 0;

  constructor(url, { heard, said }) {
    Object.assign(this, { url, heard, said, last: null, units: new Set(), state: "off" });
  }

  open(units, last) {
    [this.units, this.last] = [new Set(units), last];
    this.#connect();
  }

  close() {
    clearTimeout(this.#timer);
    this.#source?.close();
    this.#source = null;
  }

  #connect() {
    this.close();
    const query = new URLSearchParams([...this.units].map((code) => ["don-vi", code]));
    if (this.last) query.set("tu", this.last);
    this.#source = new EventSource(`${this.url}?${query}`);
    this.#source.addEventListener("open", () => {
      this.#failures = 0;
      this.#tell("on");
    });
    this.#source.addEventListener("change", (event) => {
      this.#hear(event, JSON.parse(event.data).units);
    });
    this.#source.addEventListener("reset", (event) => this.#hear(event, null));
    this.#source.addEventListener("error", () => this.#retry());
  }

  #hear(event, units) {
    this.last = event.lastEventId || this.last;
    this.heard(units, this.last);
  }

  #retry() {
    this.close();
    this.#tell("off");
    const pause = RETRY[Math.min(this.#failures, RETRY.length - 1)];
    this.#failures += 1;
    this.#timer = setTimeout(() => this.#connect(), pause * (0.75 + Math.random() / 2));
  }

  #tell(state) {
    this.state = state;
    this.said(state);
  }
}

// A stream of this page's own.
class Alone {
  constructor(page) {
    this.page = page;
    this.line = new Line(page.url, {
      heard: (units, last) => hear(page, units, last),
      said: page.said,
    });
  }

  start() {
    this.line.open(this.page.units, this.page.last);
  }

  stop() {
    this.line.close();
  }
}

// A part in the stream of all pages that are seen.
class Shared {
  #channel = null;
  #line = null;
  #leave = null;

  constructor(page) {
    this.page = page;
    this.name = `phucvu:${page.url}`;
    this.id = Math.random().toString(36).slice(2);
  }

  start() {
    this.#channel = new BroadcastChannel(this.name);
    this.#channel.onmessage = ({ data }) => this.#onMessage(data);
    const leaving = new AbortController();
    this.#leave = () => leaving.abort();
    navigator.locks
      .request(this.name, { signal: leaving.signal }, () => this.#lead(leaving.signal))
      .catch(() => {}); // it left before its turn came
    this.#join();
  }

  stop() {
    this.#leave?.();
    this.#line?.close();
    this.#channel?.close();
    this.#channel = this.#line = this.#leave = null;
  }

  // Until this page leaves. What the one who led before had not told yet, the stream tells again.
  #lead(signal) {
    if (signal.aborted) return undefined;
    this.#line = new Line(this.page.url, {
      heard: (units, last) => {
        this.#tell({ kind: "news", units, last });
        hear(this.page, units, last);
      },
      said: (state) => {
        this.#tell({ kind: "state", state });
        this.page.said(state);
      },
    });
    this.#line.open(this.page.units, this.page.last);
    this.#tell({ kind: "leads" });
    return new Promise((resolve) => signal.addEventListener("abort", resolve));
  }

  #join() {
    const { units, last } = this.page;
    this.#tell({ kind: "joins", id: this.id, units, last });
  }

  #tell(message) {
    this.#channel?.postMessage(message);
  }

  #onMessage(message) {
    if (message.kind === "joins") this.#line && this.#takeIn(message);
    else if (this.#line) return;
    else if (message.kind === "leads") this.#join();
    else if (message.kind === "news") hear(this.page, message.units, message.last);
    else if (message.kind === "state") this.page.said(message.state);
    else if (message.kind === "missed" && message.id === this.id) hear(this.page, null, message.last);
  }

  // Another page follows from its mark on. Its units may be new here: then the stream begins anew
  // where the older of the two stands. If not, and the stream is further, it has missed something.
  #takeIn({ id, units, last }) {
    const line = this.#line;
    const isNew = units.some((code) => !line.units.has(code));
    if (isNew) line.open([...line.units, ...units], older(line.last, last));
    else if (older(line.last, last) !== line.last) {
      this.#tell({ kind: "missed", id, last: line.last });
    }
    this.#tell({ kind: "state", state: line.state });
  }
}

// What is told to a page; `units` null: to everybody.
function hear(page, units, last) {
  page.last = last;
  if (!units || units.some((code) => page.units.includes(code))) page.changed();
}

// Of two marks such as "1234-1764003600", the one that knows less; the first where they are alike.
function older(one, other) {
  if (!one || !other) return one && other;
  const [[a, b = 0], [c, d = 0]] = [one, other].map((mark) => mark.split("-").map(Number));
  if (a <= c && b <= d) return one;
  if (c <= a && d <= b) return other;
  return `${Math.min(a, c)}-${Math.min(b, d)}`;
}

function canShare() {
  if (!navigator.locks || !window.BroadcastChannel) return false;
  try {
    new BroadcastChannel("phucvu").close(); // a sandbox of no origin has neither
    return self.origin !== "null";
  } catch {
    return false;
  }
}

// Follows what changes of a page's units while the page is seen.
//
// `page`: `url` of the stream, `units` (codes), `last` (the mark it was made after), `changed()` and
// `said(state)`, where the state is on, off or paused.
export function followStream(page) {
  const part = canShare() ? new Shared(page) : new Alone(page);
  let started = false;

  function turn() {
    const seen = !document.hidden;
    if (seen === started) return;
    started = seen;
    if (seen) part.start();
    else pause();
  }

  function pause() {
    started = false;
    part.stop();
    page.said("paused");
  }

  document.addEventListener("visibilitychange", turn);
  window.addEventListener("pagehide", () => started && pause());
  window.addEventListener("pageshow", (event) => event.persisted && turn());
  if (document.hidden) page.said("paused");
  turn();
}
