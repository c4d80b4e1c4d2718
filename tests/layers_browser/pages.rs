//! Pages of a real browser, with their `EventSource`s.

use serde_json::{Value, json};
use sse_tests::browser::Browser;

/// `EventSource.CLOSED`: it does not come back.
pub(crate) const CLOSED: u64 = 2;

/// The pages of one test.
pub(crate) struct Pages {
    browser: Browser,
}

/// What an `EventSource` has seen so far.
#[derive(Debug)]
pub(crate) struct Seen(Value);

impl Pages {
    /// Starts the browser; says that `test` is skipped if it is missing.
    pub(crate) fn open_or_skip(test: &str) -> Option<Self> {
        let browser = Browser::open_or_skip(test, "layers.mjs")?;
        Some(Self { browser })
    }

    /// Opens a page of this name, in a context of the same name: with cookies of its own.
    pub(crate) fn open(&mut self, page: &str, url: &str) {
        self.open_beside(page, page, url);
    }

    /// Opens a page of this name in that context.
    pub(crate) fn open_beside(&mut self, page: &str, context: &str, url: &str) {
        let reply = self.browser.ask("open", &json!([page, context, url]));
        assert_eq!(reply["status"], 200, "{url}: {reply}");
    }

    pub(crate) fn close(&mut self, page: &str) {
        self.browser.ask("close", &json!([page]));
    }

    /// Opens an `EventSource` on that page, with the options of `layers.mjs`.
    pub(crate) fn watch(&mut self, page: &str, source: &str, url: &str, options: &Value) {
        let arguments = json!([page, source, url, options]);
        self.browser.ask("watch", &arguments);
    }

    /// Waits until it has seen so much.
    pub(crate) fn until(&mut self, page: &str, source: &str, wanted: &Value) -> Seen {
        Seen(self.browser.ask("until", &json!([page, source, wanted])))
    }

    pub(crate) fn look(&mut self, page: &str, source: &str) -> Seen {
        Seen(self.browser.ask("look", &json!([page, source])))
    }

    /// Goes to a stream as to a page, and waits until it shows this text. Returns the status.
    pub(crate) fn navigate(&mut self, page: &str, url: &str, text: &str) -> u64 {
        let reply = self.browser.ask("navigate", &json!([page, url, text]));
        reply["status"].as_u64().unwrap()
    }

    /// Status and type of what `fetch` is answered.
    pub(crate) fn fetch(&mut self, page: &str, url: &str, accept: &str) -> (u64, Option<String>) {
        let headers = json!({ "accept": accept });
        let reply = self.browser.ask("fetch", &json!([page, url, headers]));
        let kind = reply["type"].as_str().map(str::to_owned);
        (reply["status"].as_u64().unwrap(), kind)
    }
}

impl Seen {
    /// The data of all events of this type.
    pub(crate) fn data(&self, kind: &str) -> Vec<&str> {
        let of_type = self.events().filter(|event| event["type"] == kind);
        of_type.map(|event| text(&event["data"])).collect()
    }

    /// The last event IDs after each `message`.
    pub(crate) fn ids(&self) -> Vec<&str> {
        let messages = self.events().filter(|event| event["type"] == "message");
        messages.map(|event| text(&event["lastEventId"])).collect()
    }

    pub(crate) fn count(&self) -> usize {
        self.events().count()
    }

    /// How often it has opened.
    pub(crate) fn opens(&self) -> u64 {
        self.0["opens"].as_u64().unwrap()
    }

    /// Whether it does not come back.
    pub(crate) fn is_closed(&self) -> bool {
        self.0["readyState"] == CLOSED
    }

    fn events(&self) -> impl Iterator<Item = &Value> {
        self.0["events"].as_array().unwrap().iter()
    }
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap()
}
