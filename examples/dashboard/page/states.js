// The state of the connection on the pages of htmx and Datastar, which tell it by events of theirs.

function enter(state) {
  document.body.className = `sse-${state}`;
  document.querySelector(".state").textContent = state;
}

document.addEventListener("htmx:sseOpen", () => enter("connected"));
document.addEventListener("htmx:sseError", () => enter("reconnecting"));
document.addEventListener("htmx:sseClose", () => enter("disconnected"));

document.addEventListener("datastar-sse", ({ detail: { type } }) => {
  if (type === "retrying" || type === "error") enter("reconnecting");
  else if (type === "finished") enter("disconnected");
  else if (type !== "started") enter("connected");
});

for (const button of document.querySelectorAll("[data-change]")) {
  button.onclick = () => fetch(`/board/${button.dataset.change}`, { method: "POST" });
}
