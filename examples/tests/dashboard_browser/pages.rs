//! The dashboard's own page, and what it shows when its server comes back.

use serde_json::json;
use tempfile::TempDir;

use crate::dashboard::Dashboard;
use crate::pictures::pictures;
use crate::{asked, browser, last, sign_in};

#[test]
fn figures_notifications_and_tasks_are_shown_and_acted_on() {
    let test = "figures_notifications_and_tasks_are_shown_and_acted_on";
    let Some(mut page) = browser(test) else {
        return;
    };
    let server = Dashboard::start(&[]);

    // Mounting needs permission: refused once, and not asked for again and again.
    let opened = page.ask("open", &json!([server.url("/"), "disconnected", "#stats"]));
    assert_eq!(opened["url"], server.url("/"));
    let state = page.ask("state", &json!(["disconnected", "#stats"]));
    assert_eq!(state["text"], "disconnected: sign in");
    assert_eq!(state["classes"], json!(["sse-disconnected"]));
    page.ask("state", &json!(["connected", "#live"]));
    assert_eq!(asked(&mut page, "/stats").len(), 1);

    sign_in(&mut page, &server);
    let state = page.ask("state", &json!(["connected", "#stats"]));
    assert_eq!(state["classes"], json!(["sse-connected"]));
    page.ask(
        "text",
        &json!(["#stats-detail", " events, 0 reconnections"]),
    );

    // Received on the stream, acted on by plain POST. Nobody else gets it.
    server.post("bob", "/notifications", "for bob");
    page.ask("send", &json!(["#tell", "water <the> plants", ""]));
    page.ask("send", &json!(["#tell", "feed the cat", ""]));
    let told = page.ask("items", &json!(["#unread-list", 2]));
    assert_eq!(
        told["items"],
        json!(["feed the catRead", "water <the> plantsRead"])
    );
    page.ask("click", &json!(["#unread-list button"]));
    page.ask("text", &json!(["#unread", "1"]));
    let other = server.post("bob", "/notifications/2/read", "");
    assert_eq!(other, 404, "it is not bob's");
    sign_in(&mut page, &server);
    let unread = page.ask("items", &json!(["#unread-list", 1]));
    assert_eq!(unread["items"], json!(["water <the> plantsRead"]));

    // A task completes, and the page closes its stream.
    page.ask("click", &json!(["#begin"]));
    page.ask("text", &json!(["#progress", "Complete: 10 steps done."]));
    let state = page.ask("state", &json!(["disconnected", "#task"]));
    assert_eq!(state["text"], "disconnected: complete");
    // The control: an EventSource that nobody closes comes back after the end. The answer is 204, and it stays away.
    let bare = page.ask("bare", &json!(["/tasks/1/progress", "never", 1]));
    assert_eq!(bare["readyState"], 2);
    let asked = asked(&mut page, "/tasks/1/progress");
    assert_eq!(
        asked.len(),
        3,
        "{asked:?}: one of the page, two of the control"
    );
    let gone = page.ask(
        "connection",
        &json!(["/tasks/77/progress", {}, "disconnected"]),
    );
    assert_eq!(last(&gone["log"])["status"], 404);

    page.ask(
        "send",
        &json!(["#change", "All is well", "[value=replace]"]),
    );
    page.ask(
        "send",
        &json!(["#change", "A first item", "[value=prepend]"]),
    );
    page.ask("send", &json!(["#change", "An entry", "[value=append]"]));
    page.ask("items", &json!(["#log", 1]));
    page.ask("send", &json!(["#change", "quiet", "[value=text]"]));
    page.ask("text", &json!(["#status", "quiet"]));
    pictures(&mut page, "dashboard");
    assert_eq!(page.ask("exceptions", &json!([]))["exceptions"], json!([]));
}

#[test]
fn what_was_missed_while_the_server_was_away_comes_once() {
    let test = "what_was_missed_while_the_server_was_away_comes_once";
    let Some(mut page) = browser(test) else {
        return;
    };
    let folder = TempDir::new().unwrap();
    let server = Dashboard::start_over(folder.path(), "127.0.0.1:0", &[]);
    let address = server.address().to_string();
    sign_in(&mut page, &server);
    server.post("alice", "/notifications", "seen");
    server.post("alice", "/board/prepend", "seen");
    page.ask("items", &json!(["#unread-list", 1]));
    page.ask("items", &json!(["#feed", 1]));
    server.kill();
    // The browser itself has tried, in vain; from now on the page does.
    let away = page.ask(
        "state",
        &json!(["reconnecting, attempt 2", "#notifications"]),
    );
    assert_eq!(away["classes"], json!(["sse-reconnecting"]));
    pictures(&mut page, "dashboard-away");

    // Meanwhile it goes on elsewhere, where the page does not look.
    let elsewhere = Dashboard::start_over(folder.path(), "127.0.0.1:0", &[]);
    for text in ["missed 1", "missed 2"] {
        assert_eq!(elsewhere.post("alice", "/notifications", text), 200);
        assert_eq!(elsewhere.post("alice", "/board/prepend", text), 200);
    }
    elsewhere.kill();
    let server = Dashboard::start_over(folder.path(), &address, &[]);
    page.ask("state", &json!(["connected", "#notifications"]));
    page.ask("state", &json!(["connected", "#live"]));
    server.post("alice", "/notifications", "live");
    server.post("alice", "/board/prepend", "live");

    let told = page.ask("items", &json!(["#unread-list", 4]));
    let expected = json!(["liveRead", "missed 2Read", "missed 1Read", "seenRead"]);
    assert_eq!(told["items"], expected);
    let feed = page.ask("items", &json!(["#feed", 4]));
    assert_eq!(
        feed["items"],
        json!(["live", "missed 2", "missed 1", "seen"])
    );
    let streams = asked(&mut page, "/notifications/stream");
    let back = streams.last().unwrap();
    let query = back["url"].as_str().unwrap().ends_with("?lastEventId=1");
    assert!(query, "it says where it was: {back}");

    // The control: one that is opened anew without its last event ID gets all of it again.
    let bare = page.ask("bare", &json!(["/notifications/stream", "notification", 4]));
    assert_eq!(bare["events"][0]["lastEventId"], "1");
    // And with it, in the query, only what comes behind.
    let bare = page.ask(
        "bare",
        &json!(["/notifications/stream?lastEventId=3", "notification", 1]),
    );
    assert_eq!(bare["events"][0]["lastEventId"], "4");
    assert_eq!(page.ask("exceptions", &json!([]))["exceptions"], json!([]));
}
