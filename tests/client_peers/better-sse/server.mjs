// Numbers behind the last event ID, one a millisecond: `node server.mjs PORT`.
//
// /events goes on, /short ends after seven, /quiet has one event and then nothing but keep-alive,
// /no-content has no more.
import { createServer } from "node:http";
import { createSession } from "better-sse";

createServer(async (request, response) => {
  if (request.url === "/no-content") return response.writeHead(204).end();
  const session = await createSession(request, response, { retry: 40, keepAlive: 20 });
  let number = Number(session.lastId || 0);
  const most = { "/short": 7, "/quiet": 1 }[request.url] ?? Infinity;
  let sent = 0;
  const timer = setInterval(() => {
    session.push(++number, "number", String(number));
    if (++sent < most) return;
    clearInterval(timer);
    if (request.url === "/short") response.end();
  }, 1);
  session.on("disconnected", () => clearInterval(timer));
}).listen(Number(process.argv[2]), "127.0.0.1");
