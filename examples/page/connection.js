// What pages want of an event stream besides its events: states, an end of trying, figures. For the examples' pages.
// The browser's own EventSource does the protocol. After a cut it comes back by itself, once, at the time that the
// server has asked for; if that fails too, this opens new ones, with growing pauses. A new EventSource knows no last
// event ID, so it goes into the query, where sse-tower's LastEventIdLayer finds it.

const DEFAULTS = {
  autoReconnect: true,
  maxRetries: 5, // attempts in a row that fail
  retryDelay: 3000, maxDelay: 30_000, // ms before an attempt of this script, doubled for each further one
  heartbeatTimeout: 60_000, // ms without any event (pages do not see comments); 0: for ever
  withCredentials: false,
  types: [], // of events for "*", besides those that have listeners: an EventSource tells no others
  element: document.documentElement, // gets the class of the state: sse-connecting, sse-connected, ...
};
const STATES = ["connecting", "connected", "reconnecting", "disconnected"];
const OWN = [...STATES, "reconnected", "error", "*"]; // The server's "connected" comes as "server:connected".
const FINAL = [204, 401, 403, 404, 410]; // answers that a further attempt would get again

export class Connection {
  #url; #options; #source; #retry; #silence; #attempt = 0; #listeners = new Map();
  #stats = { state: "disconnected", attempts: 0, connections: 0, events: 0, byType: {}, lastEventId: "" };

  constructor(url, options = {}) { this.#url = url; this.#options = { ...DEFAULTS, ...options }; }

  /** Opens the stream, behind the last event that was received. */
  connect() {
    if (this.#stats.state !== "disconnected" || !this.#listeners) return;
    this.#attempt = 0;
    this.#open();
    this.#enter("connecting");
  }

  /** Closes it, until connect() is called again. */
  disconnect(detail = { reason: "disconnect" }) {
    clearTimeout(this.#retry);
    clearTimeout(this.#silence);
    this.#source?.close();
    this.#source = null;
    if (this.#stats.state !== "disconnected") this.#enter("disconnected", detail);
  }

  /** Closes it for good. */
  destroy() {
    this.disconnect({ reason: "destroy" });
    this.#listeners = null;
  }

  /** callback(data, event) for events of the server, (type, data, event) for "*", (detail) for states. */
  on(name, callback) {
    this.#listeners?.set(name, [...(this.#listeners.get(name) ?? []), callback]);
    this.#listen();
  }

  off(name, callback) { this.#listeners?.set(name, this.#listeners.get(name)?.filter((one) => one !== callback)); }

  /** What happened so far: the state, attempts, connections, events by their types, the last event ID. */
  getStats() { return structuredClone(this.#stats); }

  #open() {
    const url = new URL(this.#url, document.baseURI);
    if (this.#stats.lastEventId) url.searchParams.set("lastEventId", this.#stats.lastEventId);
    this.#stats.attempts += 1;
    this.#source = new EventSource(url, { withCredentials: this.#options.withCredentials });
    // An event of the server may be called "open" or "error" as well, and is a MessageEvent then.
    this.#source.onopen = (event) => event instanceof MessageEvent || this.#opened();
    this.#source.onerror = (event) => event instanceof MessageEvent || this.#failed(event);
    this.#listen();
  }

  #listen() {
    const types = [...(this.#listeners?.keys() ?? [])].map((name) => name.replace(/^server:/, ""));
    for (const type of ["message", ...this.#options.types, ...types]) {
      this.#source?.addEventListener(type, this.#received); // Twice is once.
    }
  }

  #received = (event) => {
    if (!(event instanceof MessageEvent)) return;
    let { type, lastEventId, data } = event;
    this.#watch();
    this.#stats.events += 1;
    this.#stats.byType[type] = (this.#stats.byType[type] ?? 0) + 1;
    // Empty in a new EventSource until an event has an id; what was received before still counts.
    if (lastEventId) this.#stats.lastEventId = lastEventId;
    try { data = JSON.parse(data); } catch { /* Text it is. */ }
    this.#emit(OWN.includes(type) ? `server:${type}` : type, data, event);
    this.#emit("*", type, data, event);
  };

  #opened() {
    this.#attempt = 0;
    const reconnections = this.#stats.connections++;
    this.#watch();
    this.#enter("connected");
    if (reconnections > 0) this.#emit("reconnected", { reconnections });
  }

  #failed(event) {
    const source = this.#source;
    clearTimeout(this.#silence);
    this.#emit("error", { event });
    if (source !== this.#source) return; // A listener has disconnected.
    if (!this.#options.autoReconnect) return this.disconnect({ reason: "error" });
    if (source.readyState === EventSource.CLOSED) return this.#askWhy(source);
    if (this.#attempt > 0 || this.#options.maxRetries < 1) return this.#later();
    this.#stats.attempts += 1; // The browser's own.
    this.#enter("reconnecting", { attempt: (this.#attempt = 1) });
  }

  /** The answer was no event stream, and an EventSource does not say what it was. */
  async #askWhy(source) {
    const credentials = this.#options.withCredentials ? "include" : "same-origin";
    const question = { method: "HEAD", credentials, cache: "no-store", headers: { Accept: "text/event-stream" } };
    const status = await fetch(source.url, question).then((answer) => answer.status, () => 0);
    if (source !== this.#source) return; // Disconnected meanwhile.
    if (FINAL.includes(status)) this.disconnect({ reason: "refused", status });
    else this.#later();
  }

  #later() {
    this.#source.close();
    const { maxRetries, retryDelay, maxDelay } = this.#options;
    if (this.#attempt >= maxRetries) return this.disconnect({ reason: "attempts" });
    const delay = Math.min(retryDelay * 2 ** this.#attempt++, maxDelay) * (1 + Math.random() / 2); // Not all at once.
    this.#retry = setTimeout(() => this.#open(), delay);
    this.#enter("reconnecting", { attempt: this.#attempt, delay });
  }

  #watch() {
    clearTimeout(this.#silence);
    if (this.#options.heartbeatTimeout <= 0) return;
    this.#silence = setTimeout(() => {
      this.#source.close();
      this.#open();
      this.#enter("reconnecting", { attempt: (this.#attempt = 1), reason: "heartbeat" });
    }, this.#options.heartbeatTimeout);
  }

  #enter(state, detail = {}) {
    this.#stats.state = state;
    for (const name of STATES) this.#options.element.classList.toggle(`sse-${name}`, name === state);
    this.#emit(state, detail);
  }

  #emit(name, ...values) {
    for (const callback of this.#listeners?.get(name) ?? []) {
      try { callback(...values); } catch (error) { reportError(error); }
    }
  }
}
