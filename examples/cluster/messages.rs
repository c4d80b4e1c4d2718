//! What clients send: handled on the node that has the sender's stream, whichever node has got it.

use core::time::Duration;
use std::sync::Arc;

use serde_json::{Value, json};
use sse_codec::{Event, EventType};
use sse_session::Channel;
use sse_session::hub::{Hub, Identity, PublishOptions};
use sse_session::inbox::{HandlerError, ReceivedMessage};
use sse_session::session::Sessions;

use crate::rules::may_write;

/// For how long a message that is handled again is known to be the same.
const WINDOW: Duration = Duration::from_secs(600);

/// Where messages go.
#[derive(Debug, Clone)]
pub(crate) struct Messages {
    pub(crate) hub: Hub,
    pub(crate) sessions: Sessions,
    /// What this node is called.
    pub(crate) node: Arc<str>,
}

impl Messages {
    /// Publishes `{"to":"room/tea","text":"hello"}`, once, however often it is handled. What cannot be published its
    /// sender is told, since it would be handled for ever otherwise.
    ///
    /// # Errors
    ///
    /// The store's: then it is handled again.
    pub(crate) async fn handle(self, message: ReceivedMessage) -> Result<(), HandlerError> {
        let once = PublishOptions::new().with_key(message.id().clone(), WINDOW);
        let Some((to, mut said)) = read(&message) else {
            let refused = Event::builder("a message has a text, and a place that it may go to")
                .event_type(EventType::from_static("refused"));
            self.sessions.publish(message.session(), refused).await?;
            return Ok(());
        };
        said["from"] = message.identity().map(Identity::key).into();
        said["handled_at"] = (&*self.node).into();
        let event = Event::builder(said.to_string());
        self.hub.publish_with(&to, event, once).await?;
        Ok(())
    }
}

fn read(message: &ReceivedMessage) -> Option<(Channel, Value)> {
    let said: Value = serde_json::from_slice(message.body()).ok()?;
    let to = Channel::try_from(said["to"].as_str()?).ok()?;
    let text = said["text"].as_str()?;
    may_write(&to).then(|| (to.clone(), json!({ "on": &*to, "text": text })))
}
