//! Who may what, and who asks.

use std::borrow::Cow;

use axum::http::request::Parts;
use percent_encoding::percent_decode_str;
use sse_session::Channel;
use sse_session::hub::{AuthorizerError, Decision, Identity};
use sse_session::session::{ActiveDevice, OpenOptions};
use sse_tower::token::{Authorized, Credential, TokenRejected};

use crate::revocations::{self, Revocations};

/// Who takes streams from others.
pub(crate) const ADMINISTRATOR: &str = "administrator";

/// Who asks. What a ticket was issued for is certain; a token is the user's name here, and is believed. Where yours is
/// checked is here.
pub(crate) async fn user(credential: Credential) -> Result<Authorized<Identity>, TokenRejected> {
    let name = credential.claims().unwrap_or(credential.as_str());
    let is_name = (1..=32).contains(&name.len()) && name.bytes().all(|byte| byte != b'/');
    match is_name {
        true => Ok(Authorized::new(Identity::new(name))),
        false => Err(TokenRejected::Invalid),
    }
}

/// What is asked for: `?on=room/tea&on=feed/news`.
pub(crate) fn channels(head: &Parts) -> impl Iterator<Item = Channel> {
    query(head, "on").filter_map(|name| Channel::try_from(&*name).ok())
}

/// A session that names its device (`?device=phone`) is a login: it supersedes those on other devices of its user.
pub(crate) fn open_options(head: &Parts, user: Option<&Identity>) -> OpenOptions {
    let device = query(head, "device").next();
    match device.zip(user) {
        Some((device, user)) => OpenOptions::new()
            .with_active_device(ActiveDevice::of_user(user.key()).with_device(&device)),
        None => OpenOptions::new(),
    }
}

fn query<'a>(head: &'a Parts, name: &str) -> impl Iterator<Item = Cow<'a, str>> {
    let pairs = head.uri.query().unwrap_or_default().split('&');
    let pairs = pairs.filter_map(|pair| pair.split_once('='));
    let values = pairs.filter_map(move |(key, value)| (key == name).then_some(value));
    values.filter_map(|value| percent_decode_str(value).decode_utf8().ok())
}

/// Rooms and feeds are everybody's from whom they were not taken, mail is one user's.
pub(crate) async fn may_see(
    revocations: Revocations,
    user: Option<Identity>,
    on: Channel,
) -> Result<Decision, AuthorizerError> {
    // Clients have an identity; the node itself has none.
    let Some(user) = user else {
        return Ok(Decision::allow_if(&*on == revocations::CHANNEL));
    };
    if on.strip_prefix("mail/") == Some(user.key()) {
        return Ok(Decision::allow_if(true));
    }
    let is_open = is_open(&on) && !revocations.has(&user, &on).await?;
    Ok(Decision::allow_if(is_open))
}

/// Whether a message may go there.
pub(crate) fn may_write(to: &Channel) -> bool {
    is_open(to) || to.starts_with("mail/")
}

fn is_open(channel: &Channel) -> bool {
    channel.len() <= 100 && (channel.starts_with("room/") || channel.starts_with("feed/"))
}
