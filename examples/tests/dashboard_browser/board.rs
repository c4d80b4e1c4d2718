//! One channel for three kinds of pages.

use serde_json::{Value, json};
use sse_codec::{Decoder, Item};
use tempfile::TempDir;

use crate::dashboard::Dashboard;
use crate::pictures::pictures;
use crate::{browser, sign_in};

#[test]
fn one_channel_changes_pages_with_a_script_with_htmx_and_with_datastar() {
    let test = "one_channel_changes_pages_with_a_script_with_htmx_and_with_datastar";
    let Some(mut page) = browser(test) else {
        return;
    };
    let folder = TempDir::new().unwrap();
    let mut server = Dashboard::start_over(folder.path(), "127.0.0.1:0", &[]);
    let address = server.address().to_string();
    let mut boards = Vec::new();
    for (path, card, figure, streams) in [
        ("/", "#live", "#streams", "3"),
        ("/htmx", "body", "#stats b", "1"),
        ("/datastar", "body", "#stats b", "1"),
    ] {
        sign_in(&mut page, &server);
        page.ask("open", &json!([server.url(path), "connected", card]));
        page.ask("text", &json!([figure, streams]));
        for (change, text) in [
            ("prepend", "first"),
            ("prepend", "<i>\"second\"</i> & more\nand a line"),
            ("append", "early"),
            ("append", "late"),
            ("replace", "old"),
            ("replace", "new"),
            ("text", "<b>quiet</b>"),
        ] {
            assert_eq!(server.post("alice", &format!("/board/{change}"), text), 200);
        }
        page.ask("text", &json!(["#status", "<b>quiet</b>"]));
        let name = ["dashboard-htmx", "dashboard-datastar"];
        if let Some(name) = name
            .iter()
            .find(|name| name.ends_with(&path.replace('/', "-")))
        {
            pictures(&mut page, name);
        }

        // A page that is loaded later has the same from the beginning; it is led on, and loaded anew.
        page.ask("open", &json!([server.url(path), "connected", card]));
        page.ask("text", &json!(["#status", "<b>quiet</b>"]));
        page.ask("marked", &json!([]));
        server.post("alice", "/board/reload", "");
        page.ask("loaded", &json!([server.url(path)]));
        page.ask("state", &json!(["connected", card]));
        page.ask("text", &json!(["#status", "<b>quiet</b>"]));

        // Killed and started again: htmx and Datastar come back behind the last change.
        server.kill();
        page.ask("state", &json!(["reconnecting", card]));
        server = Dashboard::start_over(folder.path(), &address, &[]);
        server.post("alice", "/board/text", &format!("again {path}"));
        page.ask("text", &json!(["#status", &format!("again {path}")]));
        page.ask("state", &json!(["connected", card]));
        let board = page.ask("board", &json!([]));
        boards.push(board);

        for elsewhere in [
            "//other.example",
            "/\\other.example",
            "https://other.example",
        ] {
            assert_eq!(server.post("alice", "/board/redirect", elsewhere), 400);
        }
        server.post("alice", "/board/redirect", "/connection.js");
        page.ask("loaded", &json!([server.url("/connection.js")]));
        // The next page begins with an empty board.
        server.kill();
        std::fs::remove_file(folder.path().join("dashboard.redb")).unwrap();
        server = Dashboard::start_over(folder.path(), &address, &[]);
    }
    let expected = json!(["<i>\"second\"</i> & more\nand a line", "first"]);
    for (board, path) in boards.iter().zip(["/", "/htmx", "/datastar"]) {
        assert_eq!(board["feed"], expected, "{path}");
        assert_eq!(board["log"], json!(["early", "late"]), "{path}");
        assert_eq!(board["headline"], "new", "{path}");
        assert_eq!(board["status"], format!("again {path}"));
    }
    assert_eq!(page.ask("exceptions", &json!([]))["exceptions"], json!([]));
    drop((page, server));
}

#[test]
fn what_is_sent_to_datastar_is_what_its_own_package_writes() {
    let test = "what_is_sent_to_datastar_is_what_its_own_package_writes";
    let Some(mut page) = browser(test) else {
        return;
    };
    let server = Dashboard::start(&[]);
    server.post("alice", "/board/prepend", "one\ntwo");
    let mut events = server.stream("/board/datastar", None);
    let event = events.find("datastar-patch-elements");
    let signals = events.find("datastar-patch-signals");
    let sent = signals.strip_prefix("signals ").unwrap();
    let options = json!({ "selector": "#feed", "mode": "prepend", "eventId": "1" });
    let written = page.ask(
        "datastarPackage",
        &json!(["<li>one\ntwo</li>", options, sent]),
    );
    assert_eq!(
        lines(&written["elements"], "datastar-patch-elements"),
        event
    );
    assert_eq!(
        lines(&written["signals"], "datastar-patch-signals"),
        signals
    );
}

/// The data of the only event in that text, which is of that type.
fn lines(text: &Value, event_type: &str) -> String {
    let mut decoder = Decoder::new();
    let mut bytes = text.as_str().unwrap().as_bytes();
    let item = decoder.decode(&mut bytes).unwrap().unwrap().to_item();
    let Item::Event(event) = item else {
        panic!("{item:?}")
    };
    assert_eq!(event.event_type(), event_type);
    event.data().to_owned()
}
