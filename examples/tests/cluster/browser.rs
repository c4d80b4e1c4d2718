//! Two windows of a real Chromium, on two nodes.
//!
//! Pictures go to `target/tmp`, or where the environment variable `SSE_SCREENSHOT_DIR` says.

use std::path::PathBuf;

use serde_json::{Value, json};
use sse_tests::browser::Browser;

use crate::cluster::Cluster;
use crate::stores::{Engine, over_each_store};

fn goes_on(test: &str, engine: Engine) {
    let Some(mut browser) = Browser::open_or_skip(test, "cluster.mjs") else {
        return;
    };
    let Some(mut cluster) = Cluster::start_or_skip(test, engine, &["--lease", "3"]) else {
        return;
    };
    let address = cluster.address();
    let url = |user: &str| format!("http://{address}/?user={user}");
    let alice = browser.ask("open", &json!(["alice", url("alice")]));
    // nginx asks one node after the other, so the next window may be on the same one.
    let mut bob = browser.ask("open", &json!(["bob", url("bob")]));
    for _ in 0..20 {
        if bob["node"] != alice["node"] {
            break;
        }
        bob = browser.ask("open", &json!(["bob", url("bob")]));
    }
    assert_ne!(bob["node"], alice["node"]);
    for window in ["alice", "bob"] {
        browser.ask("present", &json!([window, ["alice", "bob"]]));
    }

    browser.ask("say", &json!(["alice", "Hello from the one node"]));
    browser.ask("messages", &json!(["bob", 1]));
    browser.ask("say", &json!(["bob", "and hello from the other"]));
    let hers = browser.ask("messages", &json!(["alice", 2]));
    let his = browser.ask("messages", &json!(["bob", 2]));
    let both = json!([
        "alice: Hello from the one node",
        "bob: and hello from the other"
    ]);
    assert_eq!((&hers["messages"], &his["messages"]), (&both, &both));
    let at = |window: &Value| format!("handled on node {}", window["node"].as_str().unwrap());
    assert_eq!(hers["handled"], json!([at(&hers), at(&his)]));
    picture(&mut browser, test, "two-nodes");

    // His node is killed. What she says meanwhile he gets at another one.
    let his_node = his["node"].as_str().unwrap();
    let number = ["a", "b", "c"].iter().position(|name| *name == his_node);
    cluster.nodes[number.unwrap()].kill();
    browser.ask("say", &json!(["alice", "Are you still there?"]));
    let his = browser.ask("state", &json!(["bob", "live", his_node]));
    assert_ne!(his["node"], his_node);
    browser.ask("say", &json!(["bob", "Of course"]));
    let all = json!([
        "alice: Hello from the one node",
        "bob: and hello from the other",
        "alice: Are you still there?",
        "bob: Of course"
    ]);
    for window in ["alice", "bob"] {
        browser.ask("messages", &json!([window, 4]));
        browser.ask("present", &json!([window, ["alice", "bob"]]));
        let shown = browser.ask("shown", &json!([window]));
        assert_eq!(shown["messages"], all, "{shown}");
        assert_eq!(shown["gaps"], 0);
        assert_eq!(shown["exceptions"], json!([]));
    }
    picture(&mut browser, test, "one-killed");

    // Two windows of hers, of which the second one wants to be the only one.
    browser.ask("only", &json!(["alice"]));
    browser.ask("open", &json!(["hers", url("alice")]));
    browser.ask("state", &json!(["alice", "live", ""]));
    browser.ask("only", &json!(["hers"]));
    let superseded = browser.ask("state", &json!(["alice", "stopped", ""]));
    assert!(superseded["notice"].as_str().unwrap().contains("only one"));
    drop((browser, cluster));
}

over_each_store!(
    two_windows_on_two_nodes_go_on_when_one_node_is_killed,
    super::goes_on
);

fn picture(browser: &mut Browser, test: &str, name: &str) {
    let folder =
        std::env::var_os("SSE_SCREENSHOT_DIR").unwrap_or(env!("CARGO_TARGET_TMPDIR").into());
    let engine = test.rsplit(':').next().unwrap();
    for window in ["alice", "bob"] {
        let file = format!("cluster-{engine}-{name}-{window}.png");
        let path = PathBuf::from(&folder).join(file);
        browser.ask("screenshot", &json!([window, path]));
        assert!(path.metadata().unwrap().len() > 1000, "{}", path.display());
    }
}
