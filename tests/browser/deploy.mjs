// Pages in a real Chromium while their server is replaced, for examples/tests/demo_deploy.rs, which runs the servers.
// The only script on the bare pages is `new EventSource`: what comes back, the browser brings back.

import { browser, serve } from "./browser.mjs";

const pages = [];
const bare = [];
const drawn = [];

/** A page of its own in this context. */
async function open(context, url) {
  const page = await context.newPage();
  page.setDefaultTimeout(50_000);
  await page.goto(url);
  pages.push(page);
  return page;
}

/** Waits until that holds on each of the pages; a tab in the background draws no frames to wait for. */
const until = (pages, holds, argument) =>
  Promise.all(pages.map((page) => page.waitForFunction(holds, argument, { polling: 50 })));

await serve({
  /** Opens so many contexts, in each a page at that URL with so many EventSources of that path. A browser has six
      connections to one origin over HTTP/1.1; each context has its own. */
  async watch(url, path, contexts, count) {
    for (let number = 0; number < contexts; number += 1) {
      const page = await open(await browser.newContext(), url);
      await page.evaluate(
        ([path, count]) => {
          window.watched = Array.from({ length: count }, () => {
            const source = new EventSource(path);
            const seen = { open: 0, connected: 0, disconnected: 0 };
            for (const type of Object.keys(seen)) source.addEventListener(type, () => { seen[type] += 1; });
            return { source, seen };
          });
        },
        [path, count],
      );
      bare.push(page);
    }
    return {};
  },

  /** Waits until each of those EventSources has seen so many events of that type. */
  async seen(type, count) {
    await until(bare, ([type, count]) => window.watched.every(({ seen }) => seen[type] >= count), [type, count]);
    return {};
  },

  /** Waits until each of those EventSources has this readyState. */
  async readyState(state) {
    await until(bare, (state) => window.watched.every(({ source }) => source.readyState === state), state);
    return {};
  },

  /** What each of those EventSources has seen, and is. */
  async sources() {
    const look = () => window.watched.map(({ source, seen }) => ({ ...seen, readyState: source.readyState }));
    return { sources: (await Promise.all(bare.map((page) => page.evaluate(look)))).flat() };
  },

  /** Opens the demo's page beside each of the bare ones. */
  async draw(url) {
    for (const page of bare) drawn.push(await open(page.context(), url));
    return {};
  },

  /** Waits until each of the demo's pages shows that state, and a notice or none. */
  async state(name, notice) {
    const shows = ([name, notice]) =>
      document.getElementById("state").textContent === name && document.getElementById("notice").hidden !== notice;
    await until(drawn, shows, [name, notice]);
    return {};
  },

  /** Waits until each of the demo's pages shows that text there. */
  async shows(id, text) {
    await until(drawn, ([id, text]) => document.getElementById(id).textContent === text, [id, text]);
    return {};
  },

  /** Closes one of the bare pages, with its EventSources. */
  async leave() {
    await bare.pop().close();
    return {};
  },

  /** A picture of the first of the demo's pages. */
  async screenshot(path) {
    await drawn[0].screenshot({ path, fullPage: true });
    return {};
  },

  /** Closes all pages. */
  async close() {
    await Promise.all(pages.splice(0).map((page) => page.close()));
    bare.length = drawn.length = 0;
    return {};
  },
});
