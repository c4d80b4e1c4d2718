// Draws the figures the demo streams.
//
// The browser's own EventSource does the protocol: it parses the stream, dispatches each event by its
// type, and after a cut comes back by itself, sending the last event ID it saw.

import { Chart } from "./chart.js";

const byId = (id) => document.getElementById(id);
const show = (id, text) => { byId(id).textContent = text; };

// --- The connection -------------------------------------------------------------------------------

let since = Date.now();
let eventsReceived = 0;
let connections = 0;
let missing = 0;
let source;

function enter(state) {
  if (document.body.dataset.state === state) return;
  document.body.dataset.state = state;
  since = Date.now();
  show("state", state);
  byId("again").hidden = state !== "stopped";
  showSince();
}

function showSince() {
  const seconds = Math.floor((Date.now() - since) / 1000);
  show("since", seconds < 1 ? "" : `for ${duration(seconds)}`);
}

function connect() {
  enter("connecting");
  source = new EventSource("events");
  // EventSource comes back after a cut, and gives up for good only when the answer is no event stream.
  source.onerror = () => enter(source.readyState === EventSource.CLOSED ? "stopped" : "reconnecting");
  for (const [type, draw] of Object.entries(drawings)) {
    source.addEventListener(type, (event) => {
      eventsReceived += 1;
      show("events-received", eventsReceived);
      show("last-event-id", event.lastEventId || "none");
      draw(JSON.parse(event.data), event);
    });
  }
}

// --- The figures, by event type -------------------------------------------------------------------

const cpuChart = new Chart(byId("cpu-chart"));
const networkChart = new Chart(byId("network-chart"));

const drawings = {
  // A server that ends may still answer, with a stream that ends too: only this event means live.
  connected({ host, version, interval_ms }) {
    connections += 1;
    show("reconnections", connections - 1);
    byId("notice").hidden = true;
    enter("live");
    show("about", `${host ?? "unnamed host"} · demo ${version} · a sample every ${interval_ms / 1000} s`);
    cpuChart.interval_ms = networkChart.interval_ms = interval_ms;
    for (const label of document.querySelectorAll(".history .start")) {
      label.textContent = `${duration(cpuChart.span_ms / 1000)} ago`;
    }
  },

  stats(stats, event) {
    drawCpu(stats.unix_time_ms, stats.cpu);
    drawMemory(stats.memory);
    drawNetwork(stats.unix_time_ms, stats.network);
    show("sample", stats.sample);
    drawStreams(stats.streams);
    for (const span of ["one", "five", "fifteen"]) {
      show(`load-${span}`, stats.load ? stats.load[span].toFixed(2) : "–");
    }
    show("uptime", duration(stats.uptime_seconds));
    show("last-event", `event: ${event.type}\nid: ${event.lastEventId}\ndata: ${event.data}`);
  },

  heartbeat({ unix_time_ms }) {
    show("heartbeat", new Date(unix_time_ms).toLocaleTimeString());
  },

  // The history has not all that came after the last event ID. The page goes on with what it has.
  gap({ reason, missed }) {
    missing = missed === null || missing === null ? null : missing + missed;
    show("missing", missing ?? "unknown");
    const count = missed === null ? "An unknown number of samples is" : `${missed} ${missed === 1 ? "sample is" : "samples are"}`;
    show("gap-reason", `${count} missing here, because ${reasons[reason] ?? reason}.`);
    byId("gap").hidden = false;
    cpuChart.cut();
    networkChart.cut();
  },

  // The server says goodbye before it ends the stream; what follows is an ordinary reconnection.
  disconnected({ reason }) {
    show("reason", reason);
    byId("notice").hidden = false;
  },
};

// Why there is a gap, in words.
const reasons = {
  trimmed: "this page was away for longer than samples are kept",
  unknown: "the history knows nothing of what this page has seen",
  epoch: "the history was begun anew",
  rewound: "the history has lost its end",
  forked: "the history has lost its end",
  lagged: "this page reads too slowly",
};

function drawCpu(at, { percent, cores }) {
  show("cpu", percent.toFixed(1));
  cpuChart.add(at, [percent], 100);
  cpuChart.describe(`CPU, now ${percent.toFixed(1)} percent`);

  const bars = byId("cores");
  bars.style.setProperty("--count", cores.length);
  while (bars.children.length < cores.length) bars.append(document.createElement("div"));
  while (bars.children.length > cores.length) bars.lastChild.remove();
  cores.forEach((core, index) => {
    bars.children[index].style.setProperty("--share", `${core}%`);
    bars.children[index].title = `core ${index}: ${core.toFixed(1)} %`;
  });
  bars.setAttribute("aria-label", `Load of each core in percent: ${cores.map(Math.round).join(", ")}`);
  show("core-count", cores.length);
}

function drawMemory({ used_bytes, total_bytes }) {
  const percent = total_bytes ? (100 * used_bytes) / total_bytes : 0;
  show("memory", percent.toFixed(1));
  show("memory-detail", `${bytes(used_bytes)} of ${bytes(total_bytes)} used`);
  byId("memory-bar").style.width = `${percent}%`;
}

function drawNetwork(at, { received_bytes_per_second: received, sent_bytes_per_second: sent }) {
  show("received", `${bytes(received)}/s`);
  show("sent", `${bytes(sent)}/s`);
  // The scale is the next power of two, so that it moves seldom.
  const highest = Math.max(1024, received, sent, networkChart.highest());
  const scale = 2 ** Math.ceil(Math.log2(highest));
  networkChart.add(at, [received, sent], scale);
  networkChart.describe(`Network, now ${bytes(received)} received and ${bytes(sent)} sent per second`);
  show("network-scale", `${bytes(scale)}/s`);
}

function drawStreams({ live, opened, closed }) {
  show("live", live);
  show("opened", opened);
  const reasons = Object.entries(closed).sort(([, one], [, other]) => other - one);
  const total = reasons.reduce((sum, [, count]) => sum + count, 0);
  show("closed", total);
  byId("reasons").replaceChildren(...reasons.flatMap(([reason, count]) => {
    const [name, number] = ["dt", "dd"].map((element) => document.createElement(element));
    name.textContent = reason.replaceAll("_", " ");
    number.textContent = count;
    number.style.setProperty("--share", `${(100 * count) / total}%`);
    return [name, number];
  }));
}

// --- Words for numbers ----------------------------------------------------------------------------

function bytes(count) {
  const units = ["B", "KiB", "MiB", "GiB", "TiB"];
  let unit = 0;
  while (count >= 1024 && unit < units.length - 1) { count /= 1024; unit += 1; }
  const digits = unit === 0 || Number.isInteger(count) || count >= 100 ? 0 : 1;
  return `${count.toFixed(digits)} ${units[unit]}`;
}

function duration(seconds) {
  const days = Math.floor(seconds / 86400);
  const hours = Math.floor(seconds / 3600) % 24;
  const minutes = Math.floor(seconds / 60) % 60;
  if (days) return `${days} d ${hours} h`;
  if (hours) return `${hours} h ${minutes} min`;
  if (minutes) return seconds % 60 ? `${minutes} min ${seconds % 60} s` : `${minutes} min`;
  return `${seconds} s`;
}

show("curl", `curl -N ${new URL("events", location.href)}`);
byId("again").onclick = connect;
setInterval(showSince, 1000);
connect();
