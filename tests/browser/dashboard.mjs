// Looks at the pages of the dashboard in a real Chromium, for examples/tests/dashboard_browser.rs, which runs the servers.

import { ServerSentEventGenerator } from "@starfederation/datastar-sdk/abstractServerSentEventGenerator";
import { browser, serve } from "./browser.mjs";

const context = await browser.newContext();
let page;
const requests = [];
const exceptions = []; // what a script of a page did not catch
context.on("request", (request) => requests.push({ method: request.method(), url: request.url() }));

async function newPage() {
  await page?.close();
  page = await context.newPage();
  page.setDefaultTimeout(60_000);
  page.on("pageerror", (error) => exceptions.push(String(error)));
}
await newPage();

await serve({
  /** Loads a page in a new tab, and waits until the state on this card, or the page's only one, begins so. */
  async open(url, state, card = "body") {
    await newPage();
    await page.goto(url);
    await this.state(state, card);
    return { url: page.url() };
  },

  /** Loads a page, whatever is on it. */
  async visit(url) {
    await newPage();
    const response = await page.goto(url);
    return { status: response.status(), origin: await page.evaluate(() => location.origin) };
  },

  /** Waits until the state on this card begins so; the classes are those of the state. */
  async state(state, card) {
    const shown = ([state, card]) => document.querySelector(`${card} .state`).textContent.startsWith(state);
    await page.waitForFunction(shown, [state, card]);
    return page.evaluate((card) => {
      const element = document.querySelector(`${card} .state`);
      return { text: element.textContent, classes: [...element.closest("[class*=sse-]").classList].filter((name) => name.startsWith("sse-")) };
    }, card);
  },

  /** Waits until this element shows that text. */
  async text(selector, text) {
    await page.waitForFunction(([selector, text]) => document.querySelector(selector)?.textContent.includes(text), [selector, text]);
    return {};
  },

  /** The texts of the items of a list, once there are so many. */
  async items(selector, count) {
    await page.waitForFunction(([selector, count]) => document.querySelectorAll(`${selector} > li`).length >= count, [selector, count]);
    return { items: await page.locator(`${selector} > li`).allTextContents() };
  },

  async click(selector) {
    await page.locator(selector).first().click();
    return {};
  },

  /** Types a text and sends its form by that button. */
  async send(form, text, button) {
    await page.locator(`${form} input`).fill(text);
    await page.locator(`${form} button${button}`).click();
    return {};
  },

  /** What the board shows, in any of its pages. */
  async board() {
    return page.evaluate(() => {
      const lines = (selector) => [...document.querySelectorAll(`${selector} > li`)].map((item) => item.textContent);
      const text = (selector) => document.querySelector(selector).textContent;
      return { feed: lines("#feed"), log: lines("#log"), headline: text("#headline"), status: text("#status") };
    });
  },

  /** Waits for a page to be loaded again, or for another one. */
  async marked() {
    await page.evaluate(() => { window.marked = true; });
    return {};
  },
  async loaded(url) {
    await page.waitForFunction((url) => location.href === url && !window.marked && document.readyState === "complete", url);
    return {};
  },

  /** What the scripts of the pages did not catch. */
  async exceptions() {
    return { exceptions };
  },

  /** What happens on a Connection of the page's script with these options, until `until` happens `times` times. */
  async connection(url, options, until, times = 1) {
    return page.evaluate(async ([url, options, until, times]) => {
      const { Connection } = await import("/connection.js");
      window.connection?.destroy(); // A browser opens six to a server.
      const element = document.createElement("div");
      const connection = (window.connection = new Connection(url, { element, ...options }));
      const log = (window.log = []);
      for (const state of ["connecting", "connected", "reconnecting", "reconnected", "disconnected"]) {
        connection.on(state, (detail) => log.push({ state, ...detail, classes: element.className }));
      }
      connection.on("*", (type, data, { lastEventId }) => log.push({ type, data, lastEventId }));
      const done = new Promise((resolve) => connection.on(until, () => { if ((times -= 1) === 0) resolve(); }));
      connection.connect();
      await done;
      return { log, stats: connection.getStats() };
    }, [url, options, until, times]);
  },

  /** What else can be done with the Connection that is there. */
  async after() {
    return page.evaluate(async () => {
      const { connection } = window;
      const next = (name) => new Promise((resolve) => connection.on(name, resolve));
      const states = () => connection.getStats().state;
      const seen = [states()];
      connection.disconnect();
      seen.push(states());
      const again = next("connected");
      connection.connect();
      await again;
      seen.push(states());
      let heard = 0;
      const listener = () => { heard += 1; };
      connection.on("heartbeat", listener);
      await next("heartbeat");
      connection.off("heartbeat", listener);
      await next("heartbeat");
      connection.destroy();
      seen.push(states());
      connection.connect();
      seen.push(states());
      return { seen, heard };
    });
  },

  /** Lets an hour of the page's time be ours, and opens a stream in it. */
  async fakeTime(url, card) {
    await newPage();
    await page.clock.install();
    await page.goto(url);
    await this.state("connected", card);
    return {};
  },

  /** Lets this much of the page's time pass at once. */
  async pass(milliseconds) {
    await page.clock.fastForward(milliseconds);
    return {};
  },

  /** How often the page has asked for that path in all. */
  async asked(path) {
    const all = requests.filter(({ url, method }) => new URL(url).pathname === path && method === "GET");
    return { all };
  },

  /** Waits until the page has asked for that path so often in all. */
  async askedTimes(path, times) {
    for (let looks = 0; looks < 600; looks += 1) {
      const { all } = await this.asked(path);
      if (all.length >= times) return { all };
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    throw new Error(`${path} was not asked for ${times} times`);
  },

  /** Waits for so many events of that type on a stream of the page's own. */
  async bare(url, type, count, withCredentials = false) {
    return page.evaluate(([url, type, count, withCredentials]) => new Promise((resolve) => {
      const source = new EventSource(url, { withCredentials });
      const events = [];
      const done = () => {
        const { readyState } = source;
        source.close();
        resolve({ events, readyState });
      };
      source.onerror = () => source.readyState === EventSource.CLOSED && done();
      source.addEventListener(type, ({ data, lastEventId }) => {
        events.push({ data, lastEventId });
        if (events.length === count) done();
      });
    }), [url, type, count, withCredentials]);
  },

  /** Answers that path from here, with an event stream that ends. */
  async answer(path, text) {
    await page.route(`**${path}*`, (route) => route.fulfill({ contentType: "text/event-stream", body: text }));
    return {};
  },

  /** What Datastar's own server-side package writes for a patch of elements and one of signals. */
  async datastarPackage(elements, options, signals) {
    const generator = new ServerSentEventGenerator();
    const text = (lines) => lines.join("");
    return { elements: text(generator.patchElements(elements, options)), signals: text(generator.patchSignals(signals)) };
  },

  /** A picture of the whole page, `scheme` light or dark, `width` in CSS pixels. */
  async screenshot(path, scheme, width) {
    await page.emulateMedia({ colorScheme: scheme });
    await page.setViewportSize({ width, height: 700 });
    await page.screenshot({ path, fullPage: true });
    return {};
  },
});
