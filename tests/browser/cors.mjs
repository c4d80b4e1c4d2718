// Reads event streams of another origin in a real Chromium, for tests/cors_browser.rs, which runs the servers.

import { browser, serve } from "./browser.mjs";

const context = await browser.newContext();
const page = await context.newPage();
page.setDefaultTimeout(60_000);

await serve({
  /** Loads a page: its origin is the one that asks from now on. */
  async open(url) {
    const response = await page.goto(url);
    return { status: response.status(), origin: await page.evaluate(() => location.origin) };
  },

  /** What an EventSource makes of that URL: so many events, or its first error, whichever comes first. */
  async eventSource(url, withCredentials, count) {
    return page.evaluate(
      ([url, withCredentials, count]) =>
        new Promise((resolve) => {
          const source = new EventSource(url, { withCredentials });
          const events = [];
          const done = (error) => {
            const { readyState } = source;
            source.close();
            resolve({ events, error, readyState });
          };
          source.onerror = () => done(true);
          source.onmessage = ({ data, lastEventId, origin }) => {
            events.push({ data, lastEventId, origin });
            if (events.length === count) done(false);
          };
        }),
      [url, withCredentials, count],
    );
  },

  /** What fetch reads of that URL until its stream ends, or why it reads nothing. */
  async fetch(url, headers) {
    return page.evaluate(
      async ([url, headers]) => {
        try {
          const response = await fetch(url, { headers, credentials: "include", cache: "no-store" });
          return { status: response.status, text: await response.text() };
        } catch (error) {
          return { refused: error.name };
        }
      },
      [url, headers],
    );
  },
});
