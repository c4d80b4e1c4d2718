// The page of the dashboard: four streams, each with the state of its connection on its card.

import { Connection } from "/connection.js";

const byId = (id) => document.getElementById(id);
const show = (id, text) => { byId(id).textContent = text; };
const post = (path, body = "") => fetch(path, { method: "POST", body });

/** A stream whose state is shown on that card. */
function stream(card, url, options = {}) {
  const element = byId(card);
  const connection = new Connection(url, { element, ...options });
  const say = (text) => { element.querySelector(".state").textContent = text; };
  connection.on("connecting", () => say("connecting"));
  connection.on("connected", () => say("connected"));
  connection.on("reconnecting", ({ attempt }) => say(`reconnecting, attempt ${attempt}`));
  connection.on("disconnected", ({ reason, status }) => {
    element.dataset.reason = reason;
    say(`disconnected: ${status === 401 ? "sign in" : reason}`);
  });
  connection.on("heartbeat", () => {});
  return connection;
}

// --- Figures: ids are the server's, and are of no interest here -------------------------------------

const history = [];
const stats = stream("stats", "/stats");
stats.on("stats", ({ streams, requests_per_sec, timestamp }) => {
  show("streams", streams);
  show("requests", requests_per_sec);
  history.push(requests_per_sec);
  history.splice(0, history.length - 60);
  const highest = Math.max(4, ...history);
  const points = history.map((value, index) => `${61 - history.length + index},${19 - (18 * value) / highest}`);
  byId("history").setAttribute("points", points.join(" "));
  const { events, connections } = stats.getStats();
  show("stats-detail", `${events} events, ${connections - 1} reconnections, last at ${new Date(timestamp * 1000).toLocaleTimeString()}`);
});
stats.on("disconnected", () => { byId("again").hidden = false; });
stats.on("connected", () => { byId("again").hidden = true; });
byId("again").onclick = () => stats.connect();

// --- Notifications: received here, acted on by plain POST -------------------------------------------

const list = byId("unread-list");
const count = () => show("unread", list.children.length);
const notifications = stream("notifications", "/notifications/stream");
notifications.on("notification", ({ text }, { lastEventId: id }) => {
  const item = document.createElement("li");
  const button = document.createElement("button");
  button.textContent = "Read";
  button.onclick = async () => {
    if ((await post(`/notifications/${id}/read`)).ok) item.remove();
    count();
  };
  item.dataset.id = id;
  item.append(text, button);
  list.prepend(item);
  count();
});
byId("tell").onsubmit = (event) => {
  event.preventDefault();
  post("/notifications", event.target.text.value);
  event.target.reset();
};

// --- A task: complete is the last event, and the page closes the stream -----------------------------

let task;
byId("begin").onclick = async () => {
  task?.destroy();
  const answer = await post("/tasks");
  task = stream("task", await answer.text());
  task.on("progress", ({ percent, status }) => {
    byId("fill").style.width = `${percent}%`;
    show("progress", status);
  });
  task.on("complete", ({ result }) => {
    task.disconnect({ reason: "complete" });
    show("progress", `Complete: ${result}.`);
  });
  task.connect();
};

// --- The board: the server changes this page --------------------------------------------------------

const PLACES = { append: "beforeend", prepend: "afterbegin" };
const CHANGES = {
  html({ selector, mode, html }) {
    const element = document.querySelector(selector);
    if (mode === "replace") element.innerHTML = html;
    else element.insertAdjacentHTML(PLACES[mode], html);
  },
  text({ selector, text }) { document.querySelector(selector).textContent = text; },
  redirect({ to }) { location.assign(to); },
  reload() { location.reload(); },
};
const board = stream("live", "/board");
board.on("update", (update) => CHANGES[update.op](update));
byId("change").onsubmit = (event) => {
  event.preventDefault();
  post(`/board/${event.submitter.value}`, event.target.text.value);
  event.target.reset();
};

for (const connection of [stats, notifications, board]) connection.connect();
