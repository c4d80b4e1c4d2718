// Windows of the cluster's page in a real Chromium, for examples/tests/cluster, which starts and kills the nodes.

import { browser, serve } from "./browser.mjs";

const windows = new Map();

/** What a window shows. */
function shown() {
  const text = (id) => document.getElementById(id).textContent;
  const lines = (id) => [...document.getElementById(id).children];
  return {
    state: text("state"),
    node: text("node"),
    present: lines("present").map((line) => line.textContent),
    messages: lines("messages").map((line) => [...line.children].slice(0, 2).map((part) => part.textContent).join(": ")),
    handled: lines("messages").map((line) => line.lastElementChild.textContent),
    connections: Number(text("connections")),
    gaps: Number(text("gaps")),
    notice: document.getElementById("notice").hidden ? null : text("notice"),
  };
}

await serve({
  /** Opens a window of this name, in a profile of its own, and waits until it is live. */
  async open(name, url) {
    await windows.get(name)?.context().close();
    const context = await browser.newContext({ viewport: { width: 900, height: 620 } });
    const page = await context.newPage();
    page.setDefaultTimeout(60_000);
    page.exceptions = [];
    page.on("pageerror", (error) => page.exceptions.push(String(error)));
    windows.set(name, page);
    await page.goto(url);
    await page.waitForFunction(() => document.getElementById("state").textContent === "live");
    return page.evaluate(shown);
  },

  /** Writes into the form of a window, and sends it. */
  async say(name, text) {
    const page = windows.get(name);
    await page.locator("#text").fill(text);
    await page.getByRole("button", { name: "Send", exact: true }).click();
    return {};
  },

  /** Waits until a window has as many messages. */
  async messages(name, count) {
    const page = windows.get(name);
    await page.waitForFunction((count) => document.getElementById("messages").children.length >= count, count);
    return page.evaluate(shown);
  },

  /** Waits until a window shows these users, and no others. */
  async present(name, users) {
    const page = windows.get(name);
    await page.waitForFunction(
      (users) => [...document.getElementById("present").children].map((line) => line.textContent).join() === users.join(),
      users,
    );
    return page.evaluate(shown);
  },

  /** Waits until a window shows that state of its connection, on another node than this. */
  async state(name, state, than) {
    const page = windows.get(name);
    await page.waitForFunction(
      ([state, than]) => document.getElementById("state").textContent === state
        && document.getElementById("node").textContent !== than,
      [state, than],
    );
    return page.evaluate(shown);
  },

  /** Clicks a window's button to be the only one. */
  async only(name) {
    await windows.get(name).locator("#only").click();
    return {};
  },

  /** What a window shows, and what its script did not catch. */
  async shown(name) {
    const page = windows.get(name);
    return { ...await page.evaluate(shown), exceptions: page.exceptions };
  },

  /** A picture of a window. */
  async screenshot(name, path) {
    await windows.get(name).screenshot({ path, fullPage: true });
    return {};
  },
});
