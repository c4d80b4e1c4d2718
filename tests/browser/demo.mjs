// Looks at the demo's page in a real Chromium, for examples/tests/demo_browser.rs, which starts, kills and restarts
// the server.

import { browser, serve } from "./browser.mjs";

const page = await browser.newPage();
page.setDefaultTimeout(60_000);

let origin;
const requests = [];
const errors = []; // what the console shows
const exceptions = []; // what the page's script did not catch
page.on("request", (request) => requests.push(request.url()));
page.on("pageerror", (error) => exceptions.push(String(error)));
page.on("console", (message) => {
  if (message.type() === "error" || message.type() === "warning") errors.push(message.text());
});

await serve({
  /** Loads the page; what its stream brings is noted beside it. */
  async open(url) {
    origin = new URL(url).origin;
    await page.addInitScript(() => {
      window.received = { samples: [], gaps: [] };
      const Source = window.EventSource;
      window.EventSource = class extends Source {
        constructor(...all) {
          super(...all);
          this.addEventListener("stats", ({ data }) => window.received.samples.push(JSON.parse(data).sample));
          this.addEventListener("gap", ({ data }) => window.received.gaps.push(JSON.parse(data)));
        }
      };
    });
    const response = await page.goto(url);
    return { status: response.status(), title: await page.title() };
  },

  /** Waits until that many samples have been drawn, each different from what is there now and from the others. */
  async figures(count) {
    const samples = await page.evaluate(async (count) => {
      const text = (id) => document.getElementById(id).textContent;
      const figures = () => ["cpu", "memory-detail", "received", "sent", "load-one", "uptime"].map(text).join();
      const shown = figures();
      const seen = new Map();
      for (let looks = 0; seen.size < count && looks < 600; looks += 1) {
        if (text("state") === "live" && figures() !== shown && !seen.has(figures())) {
          seen.set(figures(), Number(text("sample")));
        }
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
      return [...seen.values()];
    }, count);
    if (samples.length < count) throw new Error(`only ${samples.length} different samples were drawn`);
    const line = await page.locator("#cpu-chart .line").getAttribute("d");
    return { samples, points: line.split(/[ML]/).length - 1 };
  },

  /** Waits until the page shows that state of its connection. */
  async state(name) {
    await page.waitForFunction((name) => document.getElementById("state").textContent === name, name);
    return { reconnections: Number(await page.locator("#reconnections").textContent()) };
  },

  /** Waits until the page tells that something is missing. */
  async gap() {
    await page.locator("#gap").waitFor({ state: "visible" });
    return {};
  },

  /** What the stream has brought since the page was loaded, and what the page tells of it. */
  async received() {
    const text = (id) => page.locator(`#${id}`).textContent();
    return {
      ...await page.evaluate(() => window.received),
      notice: await page.locator("#gap").isVisible() ? await text("gap-reason") : null,
      missing: await text("missing"),
      reconnections: Number(await text("reconnections")),
    };
  },

  /** What went wrong so far, and what was asked for: of this server by path, of any other by URL. */
  async complaints() {
    const own = (url) => new URL(url).origin === origin;
    return {
      errors,
      exceptions,
      foreign: requests.filter((url) => !own(url)),
      paths: [...new Set(requests.filter(own).map((url) => new URL(url).pathname))],
    };
  },

  /** A picture of the whole page, `scheme` light or dark, `width` in CSS pixels. */
  async screenshot(path, scheme, width) {
    await page.emulateMedia({ colorScheme: scheme });
    await page.setViewportSize({ width, height: 800 });
    await page.screenshot({ path, fullPage: true });
    return {};
  },
});
