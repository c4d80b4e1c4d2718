// One window of a room. Nothing in it knows of nodes: it asks the address that it came from, and each answer may be another
// node's.

const query = new URLSearchParams(location.search);
const user = query.get("user") || `guest-${crypto.randomUUID().slice(0, 4)}`;
const room = `room/${query.get("room") || "tea"}`;
const byId = (id) => document.getElementById(id);
const token = { authorization: `Bearer ${user}` };

let source; // the EventSource
let session; // {"session":"…","stream":"…","inbox":"…"}
let lastEventId = "";
let device; // named when this window is to be the only one
let connections = 0;
let refusals = 0; // in a row
let superseded = false;
const present = new Set();
const nodes = new Set();

byId("user").textContent = user;
byId("room").textContent = room.slice(5);
connect();

/** Opens the stream. An `EventSource` comes back by itself, with the same ticket; a new one is for when it does not. */
async function connect() {
  source?.close();
  state("connecting");
  try {
    const ticket = await ask("/tickets");
    const asked = { on: room, ...ticket };
    if (device) asked.device = device;
    if (lastEventId) asked.after = lastEventId;
    const pairs = Object.entries(asked).map(([name, value]) => `${name}=${encodeURIComponent(value)}`);
    source = new EventSource(`/session?${pairs.join("&")}`);
  } catch {
    setTimeout(connect, 2000);
    return;
  }
  source.onopen = () => {
    connections += 1;
    refusals = 0;
    byId("connections").textContent = connections;
  };
  source.onerror = () => {
    if (superseded) return;
    if (source.readyState !== EventSource.CLOSED) {
      state("reconnecting");
    } else if ((refusals += 1) < 3) {
      // Maybe its ticket has expired.
      setTimeout(connect, 2000);
    } else {
      state("stopped");
    }
  };
  source.onmessage = (event) => {
    lastEventId = event.lastEventId || lastEventId;
    message(JSON.parse(event.data));
  };
  source.addEventListener("node", ({ data }) => {
    nodes.add(data);
    byId("node").textContent = data;
    byId("nodes").textContent = [...nodes].join(", ");
  });
  source.addEventListener("connected", ({ data }) => {
    session = JSON.parse(data);
    state("live");
  });
  source.addEventListener("presence", (event) => {
    lastEventId = event.lastEventId || lastEventId;
    presence(JSON.parse(event.data));
  });
  source.addEventListener("gap", () => {
    byId("gaps").textContent = Number(byId("gaps").textContent) + 1;
  });
  source.addEventListener("disconnected", () => state("reconnecting"));
}

function state(name) {
  document.body.dataset.state = name;
  byId("state").textContent = name;
}

function message(said) {
  if (said.type === "FORCE_LOGOUT") {
    superseded = true;
    source.close();
    notice("Another window of this user is the only one now.");
    state("stopped");
    return;
  }
  const line = document.createElement("li");
  const part = (className, text) => {
    const span = document.createElement("span");
    span.className = className;
    span.textContent = text;
    line.append(span, " ");
  };
  part("from", said.from);
  part("text", said.text);
  part("quiet", `handled on node ${said.handled_at}`);
  byId("messages").append(line);
  line.scrollIntoView({ block: "nearest" });
  byId("count").textContent = byId("messages").children.length;
}

/** First all who are there, then who has come and gone. */
function presence(told) {
  if (told.present) {
    present.clear();
    told.present.forEach((name) => present.add(name));
  }
  told.joined?.forEach((name) => present.add(name));
  told.left?.forEach((name) => present.delete(name));
  byId("present").replaceChildren(...[...present].sort().map((name) => {
    const line = document.createElement("li");
    line.textContent = name;
    return line;
  }));
}

function notice(text) {
  byId("notice").textContent = text;
  byId("notice").hidden = !text;
}

/** A request, tried again until it is answered: with its key it is done once. */
async function ask(path, content, key) {
  const headers = { ...token, "content-type": "application/json" };
  if (key) headers["idempotency-key"] = key;
  for (let tries = 1; ; tries += 1) {
    const answer = await fetch(path, { method: "POST", headers, body: JSON.stringify(content ?? {}) })
      .catch((error) => ({ ok: false, status: 503, error }));
    if (answer.ok) return answer.json();
    if (tries === 20 || (answer.status < 500 && answer.status !== 409 && answer.status !== 429)) {
      throw new Error(`status ${answer.status}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
}

byId("form").addEventListener("submit", async (event) => {
  event.preventDefault();
  const text = byId("text").value;
  byId("text").value = "";
  try {
    await ask(session.inbox, { to: room, text }, crypto.randomUUID());
    notice("");
  } catch (error) {
    byId("text").value = text;
    notice(`Not sent: ${error.message}`);
  }
});

byId("only").addEventListener("click", () => {
  device = crypto.randomUUID();
  lastEventId = ""; // which names the session: this is to be another one.
  connect();
});
