// Looks at the demo's page in a real Chromium, for `examples/tests/demo_browser.rs`.
//
// That test starts, kills and restarts the server; this script only looks. It reads one command a line
// from standard input and answers each with one line of JSON: {"ok":true,...} or {"ok":false,"error":...}.
//
//     open URL                     loads the page
//     figures N                    waits until N different samples have been drawn while live
//     state NAME                   waits until the page shows that state of its connection
//     complaints                   what went wrong in the page so far, and what it asked of other origins
//     screenshot FILE SCHEME WIDTH the whole page, SCHEME light or dark, WIDTH in CSS pixels
//
// The end of standard input closes the browser.

import { createInterface } from "node:readline";
import { chromium } from "playwright-core";

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM || "/usr/bin/chromium",
  args: [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--no-proxy-server",
    // Nothing but this machine can be found at all.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
  ],
});
const page = await browser.newPage();
page.setDefaultTimeout(60_000);

let origin;
const requests = [];
const errors = [];
page.on("request", (request) => requests.push(request.url()));
page.on("pageerror", (error) => errors.push(String(error)));
page.on("console", (message) => {
  if (message.type() === "error" || message.type() === "warning") errors.push(message.text());
});

const commands = {
  async open(url) {
    origin = new URL(url).origin;
    const response = await page.goto(url);
    return { status: response.status(), title: await page.title() };
  },

  // Counts in the page, where no drawing goes unseen: a sample is new when its figures differ in the text
  // that a person sees, and not only in the event's number.
  async figures(count) {
    const seen = await page.evaluate(async (count) => {
      const seen = new Map();
      const look = () => {
        if (document.getElementById("state").textContent !== "live") return;
        const id = document.getElementById("last-event-id").textContent;
        if (/^\d+$/.test(id)) seen.set(document.querySelector("main").innerText, Number(id));
      };
      for (let rounds = 0; seen.size < count && rounds < 600; rounds += 1) {
        look();
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
      return [...seen.values()];
    }, Number(count));
    if (seen.length < Number(count)) throw new Error(`only ${seen.length} different samples were drawn`);
    const cpuLine = await page.locator("#cpu-chart .line").getAttribute("d");
    return { ids: seen, points: cpuLine.split(/[ML]/).length - 1 };
  },

  async state(name) {
    await page.waitForFunction((name) => document.getElementById("state").textContent === name, name);
    return { reconnections: Number(await page.locator("#reconnections").textContent()) };
  },

  async complaints() {
    const foreign = requests.filter((url) => new URL(url).origin !== origin && !url.startsWith("data:"));
    return { errors, foreign, paths: [...new Set(requests.map((url) => new URL(url).pathname))] };
  },

  async screenshot(path, scheme = "light", width = "1100") {
    await page.emulateMedia({ colorScheme: scheme });
    await page.setViewportSize({ width: Number(width), height: 800 });
    await page.screenshot({ path, fullPage: true });
    return { path };
  },
};

const answer = (reply) => process.stdout.write(`${JSON.stringify(reply)}\n`);

answer({ ok: true, browser: browser.version() });
for await (const line of createInterface({ input: process.stdin })) {
  const [name, ...words] = line.split(" ");
  try {
    answer({ ok: true, ...(await commands[name](...words)) });
  } catch (error) {
    answer({ ok: false, error: String(error) });
  }
}
await browser.close();
