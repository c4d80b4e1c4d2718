// Pages with EventSources in a real Chromium, for tests/layers_browser, which runs the servers.

import { browser, serve } from "./browser.mjs";

const contexts = new Map(); // a browser each: its own cookies and connections
const pages = new Map();

/** What has happened to that EventSource of that page so far. */
const look = (page, source) =>
  pages.get(page).evaluate((source) => {
    const { seen, source: { readyState, url } } = window.watched[source];
    return { ...seen, readyState, url };
  }, source);

await serve({
  /** Opens a page of that name in the context of that name. */
  async open(name, contextName, url) {
    if (!contexts.has(contextName)) contexts.set(contextName, await browser.newContext());
    const page = await contexts.get(contextName).newPage();
    page.setDefaultTimeout(60_000);
    pages.set(name, page);
    const response = await page.goto(url);
    return { status: response.status(), origin: await page.evaluate(() => location.origin) };
  },

  /** Closes that page. */
  async close(name) {
    await pages.get(name).close();
    pages.delete(name);
    return {};
  },

  /** Opens an EventSource of that name on that page, and leaves it to itself. `on` names a type of event with the
      URL that is then fetched; `closeOn` is the data with which the page closes it. */
  async watch(page, name, url, { withCredentials = false, on = {}, closeOn } = {}) {
    await pages.get(page).evaluate(
      ([name, url, withCredentials, on, closeOn]) => {
        const source = new EventSource(url, { withCredentials });
        const seen = { events: [], opens: 0, failures: 0, fetched: 0 };
        const note = async ({ type, data, lastEventId }) => {
          seen.events.push({ type, data, lastEventId });
          if (data === closeOn) source.close();
          if (on[type]) {
            await fetch(on[type], { credentials: "include" });
            seen.fetched += 1;
          }
        };
        source.onopen = () => { seen.opens += 1; };
        source.onerror = (event) => {
          if (event instanceof MessageEvent) note(event); // one that the server has sent
          else seen.failures += 1;
        };
        for (const type of ["message", "token_expired", "disconnected"]) source.addEventListener(type, note);
        (window.watched ??= {})[name] = { source, seen };
      },
      [name, url, withCredentials, on, closeOn],
    );
    return {};
  },

  /** Waits until that EventSource has seen at least so much, is in that state, and has seen an event of that type. */
  async until(page, source, { readyState, type, events = 0, opens = 0, failures = 0, fetched = 0 }) {
    await pages.get(page).waitForFunction(
      ([name, readyState, type, events, opens, failures, fetched]) => {
        const { source, seen } = window.watched[name];
        return seen.events.length >= events && seen.opens >= opens && seen.failures >= failures
          && seen.fetched >= fetched && (readyState === undefined || source.readyState === readyState)
          && (type === undefined || seen.events.some((event) => event.type === type));
      },
      [source, readyState, type, events, opens, failures, fetched],
      { polling: 50 },
    );
    return look(page, source);
  },

  look,

  /** Goes to that URL as a person does, and waits until the page shows that text. */
  async navigate(page, url, text) {
    const response = await pages.get(page).goto(url, { waitUntil: "commit" });
    const status = response.status();
    if (status === 200) {
      await pages.get(page).waitForFunction((text) => document.body?.innerText.includes(text), text, { polling: 50 });
    }
    return { status };
  },

  /** What fetch is answered, its headers only. */
  async fetch(page, url, headers) {
    return pages.get(page).evaluate(
      async ([url, headers]) => {
        const stop = new AbortController();
        const response = await fetch(url, { headers, cache: "no-store", signal: stop.signal });
        const reply = { status: response.status, type: response.headers.get("content-type") };
        stop.abort();
        return reply;
      },
      [url, headers],
    );
  },
});
