//! Who is on a stream's channels, told in the stream.

use core::{
    pin::Pin,
    task::{Context, Poll},
};
use std::{collections::BTreeSet, sync::Arc};

use bytes::Bytes;
use serde_json::json;
use sse_codec::{Encode, Event, EventType};

use super::settings::Shown;
use crate::{
    Channel,
    hub::Identity,
    presence::{
        Presence, PresenceChange, PresenceChanges, PresenceError, PresenceGuard, PresenceView,
        Present,
    },
    session::SessionAddress,
};

/// A session that is shown on some of the channels of its stream, and is told who else is.
pub(super) struct PresentOn {
    channels: Vec<OnChannel>,
    event_type: EventType<'static>,
}

struct OnChannel {
    channel: Channel,
    _guard: PresenceGuard,
    /// What was told; `None` before the first time.
    told: Option<Arc<PresenceView>>,
    /// What is to be told.
    view: Option<Arc<PresenceView>>,
    next: Next,
}

/// The next change, and whoever waits for it.
type Next = Pin<Box<dyn Future<Output = (PresenceChange, PresenceChanges)> + Send>>;

impl PresentOn {
    /// From now on, on those of these channels on which there is presence. Whoever may have the stream is asked
    /// before.
    pub(super) async fn join(
        shown: &Shown,
        channels: Vec<Channel>,
        session: SessionAddress,
        identity: Option<&Identity>,
    ) -> Result<Self, PresenceError> {
        let mut on = Vec::new();
        for channel in channels.into_iter().filter(|channel| (shown.on)(channel)) {
            on.push(OnChannel::join(&shown.presence, channel, session, identity).await?);
        }
        Ok(Self {
            channels: on,
            event_type: shown.event_type.clone(),
        })
    }

    /// The next event, if there is one; else the task is woken when there is.
    ///
    /// `is_on`: whether a channel is one of the stream's still. Nothing is told of others.
    pub(super) fn poll_event(
        &mut self,
        cx: &mut Context<'_>,
        is_on: impl Fn(&Channel) -> bool,
    ) -> Poll<Bytes> {
        self.channels.retain(|on| is_on(&on.channel));
        for on in &mut self.channels {
            while let Poll::Ready((change, changes)) = on.next.as_mut().poll(cx) {
                on.view = Some(change.view);
                on.next = next(changes);
            }
            if let Some(view) = on.view.take() {
                let data = tell(&on.channel, on.told.as_deref(), &view);
                on.told = Some(view);
                let event = Event::builder(data).event_type(self.event_type.clone());
                return Poll::Ready(event.to_frame().into_bytes());
            }
        }
        Poll::Pending
    }
}

impl OnChannel {
    async fn join(
        presence: &Presence,
        channel: Channel,
        session: SessionAddress,
        identity: Option<&Identity>,
    ) -> Result<Self, PresenceError> {
        // Who cannot be listed is counted.
        let user = identity.map(Identity::key);
        let user = user.filter(|user| user.len() <= Present::MAX_USER_BYTES);
        let guard = presence.join_as(&channel, session, user).await?;
        let changes = presence.watch(&channel).await?;
        // A view from before shows the session with the next look, in a moment.
        let view = Arc::clone(changes.view());
        let is_shown = view.listed().any(|present| present.session() == session);
        let view = (is_shown || !view.is_complete()).then_some(view);
        Ok(Self {
            channel,
            _guard: guard,
            told: None,
            view,
            next: next(changes),
        })
    }
}

fn next(mut changes: PresenceChanges) -> Next {
    Box::pin(async move {
        match changes.next().await {
            Some(change) => (change, changes),
            // Presence is no more.
            None => core::future::pending().await,
        }
    })
}

/// The data of the event. Users are named as long as all are listed.
fn tell(channel: &Channel, before: Option<&PresenceView>, view: &PresenceView) -> String {
    let mut told = json!({
        "channel": &**channel,
        "users": view.users(),
        "sessions": view.sessions(),
    });
    if view.is_complete() {
        let now = names(view);
        match before.filter(|before| before.is_complete()).map(names) {
            None => told["present"] = json!(now),
            Some(before) => {
                told["joined"] = now.difference(&before).copied().collect();
                told["left"] = before.difference(&now).copied().collect();
            }
        }
    }
    told.to_string()
}

fn names(view: &PresenceView) -> BTreeSet<&str> {
    view.listed().filter_map(Present::user).collect()
}
