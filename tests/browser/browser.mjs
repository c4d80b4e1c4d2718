// A Chromium that finds nothing but this machine, and the talk with the test that drives a script:
// see tests/support/browser.rs. Commands come one a line on standard input,
// {"name":"open","arguments":["http://..."]}, and each is answered with one line:
// {"ok":true,...} or {"ok":false,"error":"..."}. The end of standard input closes the browser.

import { createInterface } from "node:readline";
import { chromium } from "playwright-core";

/** A page in a browser of its own. */
export const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM || "/usr/bin/chromium",
  args: [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--no-proxy-server",
    // localhost is another site than 127.0.0.1, and both are trusted with cookies that are Secure.
    "--host-resolver-rules=MAP localhost 127.0.0.1, MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
  ],
});

/** Does what it is told by these functions, each named for its command, until standard input ends. */
export async function serve(commands) {
  const answer = (reply) => process.stdout.write(`${JSON.stringify(reply)}\n`);
  answer({ ok: true, browser: browser.version() });
  for await (const line of createInterface({ input: process.stdin })) {
    try {
      const { name, arguments: values } = JSON.parse(line);
      answer({ ok: true, ...(await commands[name](...values)) });
    } catch (error) {
      answer({ ok: false, error: String(error) });
    }
  }
  await browser.close();
}
