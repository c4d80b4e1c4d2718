//! What is answered to what.

use http::{HeaderMap, HeaderValue, Method, Request, Response, StatusCode, header, request::Parts};
use http_body::Body;
use serde_json::{Value, json};
use sse_codec::{Encode, Event, Item, TEXT_EVENT_STREAM, event_stream_response};

use super::{
    SessionServiceBody,
    body::Stream,
    named::{By, Named},
    origin::is_foreign,
    poll::poll,
    presence::PresentOn,
    read_body::read_body,
    refused::{Refused, empty, json as json_answer},
    settings::Settings,
};
use crate::{
    hub::{Identity, Subscription},
    inbox::{ClientKey, InboxHold, Message},
    session::{Answer, Attachment, SessionError, SessionId, SessionState, SessionStream},
};

type Answered = Result<Response<SessionServiceBody>, Refused>;

/// How a `GET` wants to be answered.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Wants {
    Stream,
    Json,
}

/// A session that a request has found or opened.
struct Found {
    session: SessionId,
    attachment: Attachment,
    /// It was opened now.
    new: bool,
    /// Its client does not know it otherwise than from what is told.
    unnamed: bool,
}

impl Settings {
    pub(super) async fn respond<B: Body>(
        &self,
        request: Request<B>,
    ) -> Response<SessionServiceBody> {
        let (parts, body) = request.into_parts();
        let stream = parts.method == Method::GET && only_streams(&parts.headers);
        match self.answer(&parts, body).await {
            Ok(answer) => answer,
            Err(refused) => match refused.passes_in() {
                // An EventSource never comes back after another status.
                // https://html.spec.whatwg.org/multipage/server-sent-events.html#sse-processing-model
                Some(time) if stream => {
                    let retry = Item::Retry(time).to_frame().into_bytes();
                    no_store(event_stream_response(SessionServiceBody::whole(retry)))
                }
                _ => refused.answer(),
            },
        }
    }

    async fn answer<B: Body>(&self, parts: &Parts, body: B) -> Answered {
        let identity = (self.identity)(parts);
        if self.identity_required && identity.is_none() {
            return Err(Refused::new(StatusCode::UNAUTHORIZED, "identity"));
        }
        let named = Named::read(parts, &self.path, self.cookie.as_deref());
        let named = named.map_err(|_| Refused::new(StatusCode::NOT_FOUND, "no-such-path"))?;
        let is_named = matches!(named.session, Some((_, By::Name)));
        if !is_named && is_foreign(&parts.method, &parts.headers, &self.origins) {
            return Err(Refused::FOREIGN);
        }
        let identity = identity.as_ref();
        match parts.method {
            Method::GET => match wants(&parts.headers)? {
                Wants::Stream => self.stream(parts, named, identity).await,
                Wants::Json => self.long_poll(parts, named, identity).await,
            },
            Method::HEAD => {
                wants(&parts.headers)?;
                let mut answer = empty(StatusCode::OK);
                let headers = answer.headers_mut();
                headers.insert(header::CONTENT_TYPE, TEXT_EVENT_STREAM.clone());
                Ok(no_store(answer))
            }
            Method::POST => match named.session {
                Some((session, _)) => self.message(parts, &session, identity, body).await,
                None => {
                    let options = (self.open_options)(parts, identity);
                    let opened = self.sessions.open(identity, options).await?;
                    Ok(json_answer(StatusCode::CREATED, &self.tell(&opened.id())))
                }
            },
            Method::DELETE => {
                let (session, _) = named.session.ok_or(Refused::NO_SESSION)?;
                self.close(&session, identity).await
            }
            _ => Err(Refused::new(StatusCode::METHOD_NOT_ALLOWED, "method")),
        }
    }

    async fn stream(&self, parts: &Parts, named: Named, identity: Option<&Identity>) -> Answered {
        let subscription = self.subscription_of(parts, identity);
        let found = self.find(parts, &named, identity, &subscription).await?;
        let mut told = self.tell(&found.session);
        told["resumed"] = Value::Bool(!found.new);
        let connected = Event::builder(told.to_string()).event_type(self.connected.clone());
        let hold = self.hold(&found.attachment);
        let subscription = subscription.after(named.after);
        let (stream, present) = self.subscribe(found.attachment, subscription).await?;
        let in_ids = found.unnamed && self.cookie.is_none();
        let body = SessionServiceBody::stream(Stream {
            first: Some(connected.to_frame().into_bytes()),
            body: stream.into_body(),
            session: in_ids.then(|| found.session.to_text()),
            present,
            hold,
        });
        let mut answer = no_store(event_stream_response(body));
        if found.new && found.unnamed {
            self.set_cookie(answer.headers_mut(), &found.session);
        }
        Ok(answer)
    }

    async fn long_poll(
        &self,
        parts: &Parts,
        named: Named,
        identity: Option<&Identity>,
    ) -> Answered {
        let subscription = self.subscription_of(parts, identity);
        let found = self.find(parts, &named, identity, &subscription).await?;
        let mut told = self.tell(&found.session);
        let _hold = self.hold(&found.attachment);
        let subscription = subscription.after(named.after);
        let (stream, _present) = self.subscribe(found.attachment, subscription).await?;
        // Whoever has just got a session is told so at once.
        let wait = (!found.new).then_some(self.poll_wait);
        let polled = poll(stream, wait).await;
        told["resumed"] = Value::Bool(!found.new);
        told["events"] = Value::Array(polled.events);
        told["cursor"] = json!(polled.cursor);
        let mut answer = json_answer(StatusCode::OK, &told);
        if found.new && found.unnamed {
            self.set_cookie(answer.headers_mut(), &found.session);
        }
        Ok(answer)
    }

    fn subscription_of(&self, parts: &Parts, identity: Option<&Identity>) -> Subscription {
        let subscription = (self.subscription)(parts, identity);
        match identity {
            Some(identity) => subscription.with_identity(identity.clone()),
            None => subscription,
        }
    }

    /// Before a session is opened for it, which might take the place of another one.
    async fn check(&self, subscription: &Subscription) -> Result<(), Refused> {
        match subscription.channels().len() {
            // Nothing but the session's own.
            0 => Ok(()),
            Subscription::MAX_CHANNELS.. => Err(Refused::new(StatusCode::BAD_REQUEST, "channels")),
            _ => Ok(self.sessions.hub().check(subscription).await?),
        }
    }

    /// Its stream, if it may have it, and then it is there for others to see.
    async fn subscribe(
        &self,
        attachment: Attachment,
        subscription: Subscription,
    ) -> Result<(SessionStream, Option<PresentOn>), Refused> {
        let (session, identity) = (attachment.address(), attachment.identity().cloned());
        let channels = subscription.channels().to_vec();
        let stream = attachment.stream(subscription).await?;
        let present = match &self.presence {
            Some(shown) => {
                Some(PresentOn::join(shown, channels, session, identity.as_ref()).await?)
            }
            None => None,
        };
        Ok((stream, present))
    }

    /// The session of a `GET`, attached; a new one if there is none and its client can be told so.
    async fn find(
        &self,
        parts: &Parts,
        named: &Named,
        identity: Option<&Identity>,
        subscription: &Subscription,
    ) -> Result<Found, Refused> {
        let mut options = (self.open_options)(parts, identity);
        let by = named.session.map(|(_, by)| by);
        if let Some((session, by)) = named.session {
            match self.sessions.attach(&session, identity).await {
                Ok(attachment) => {
                    return Ok(Found {
                        session,
                        attachment,
                        new: false,
                        unnamed: by != By::Name,
                    });
                }
                Err(SessionError::NotLive { state }) if state.answer() == Answer::NewSession => {
                    if by == By::Name {
                        if !self.client_ids || identity.is_none() {
                            return Err(Refused::NO_SESSION);
                        }
                        options = options.with_client_id(session);
                    }
                }
                Err(error) => return Err(error.into()),
            }
        }
        self.check(subscription).await?;
        let opened = self.sessions.open(identity, options).await?;
        Ok(Found {
            session: opened.id(),
            attachment: self.sessions.attach(&opened.id(), identity).await?,
            new: true,
            unnamed: by != Some(By::Name),
        })
    }

    async fn message<B: Body>(
        &self,
        parts: &Parts,
        session: &SessionId,
        identity: Option<&Identity>,
        body: B,
    ) -> Answered {
        let inbox = self.inbox.as_ref();
        let inbox = inbox.ok_or(Refused::new(StatusCode::NOT_FOUND, "no-inbox"))?;
        let content_type = content_type(&parts.headers)?;
        let key = match parts.headers.get("idempotency-key") {
            None => None,
            Some(key) => {
                let invalid = || Refused::new(StatusCode::BAD_REQUEST, "idempotency-key");
                let text = key.to_str().map_err(|_| invalid())?.trim_matches('"');
                Some(ClientKey::try_from(text).map_err(|_| invalid())?)
            }
        };
        let bytes = read_body(body, inbox.max_message_bytes(), self.body_timeout).await?;
        let mut message = Message::new(bytes).with_content_type(content_type);
        if let Some(key) = key {
            message = message.with_key(key);
        }
        let accepted = inbox.push(session, identity, message).await?;
        let told = json!({ "duplicate": accepted.duplicate });
        Ok(json_answer(StatusCode::ACCEPTED, &told))
    }

    async fn close(&self, session: &SessionId, identity: Option<&Identity>) -> Answered {
        match self.sessions.close(session, identity).await? {
            SessionState::Unknown | SessionState::Expired => Err(Refused::NO_SESSION),
            _ => {
                if let Some(inbox) = &self.inbox {
                    let address = crate::session::SessionAddress::new(session, identity);
                    // The session is closed; what is left waits for its time to be over.
                    _ = inbox.clear(address).await;
                }
                Ok(empty(StatusCode::NO_CONTENT))
            }
        }
    }

    /// Which session it is, and where.
    fn tell(&self, session: &SessionId) -> Value {
        let (path, session) = (&self.path, session.to_text());
        let mut told = json!({ "session": session, "stream": format!("{path}/{session}") });
        if self.inbox.is_some() {
            told["inbox"] = Value::String(format!("{path}/{session}/inbox"));
        }
        told
    }

    fn hold(&self, attachment: &Attachment) -> Option<InboxHold> {
        self.inbox.as_ref().map(|inbox| inbox.hold(attachment))
    }

    fn set_cookie(&self, headers: &mut HeaderMap, session: &SessionId) {
        let Some(name) = &self.cookie else {
            return;
        };
        let (session, path) = (
            session.to_text(),
            if self.path.is_empty() {
                "/"
            } else {
                &self.path
            },
        );
        let cookie = format!("{name}={session}; Path={path}; HttpOnly; Secure; SameSite=Strict");
        if let Ok(cookie) = HeaderValue::try_from(cookie) {
            headers.append(header::SET_COOKIE, cookie);
        }
    }
}

fn no_store<B>(mut answer: Response<B>) -> Response<B> {
    let value = HeaderValue::from_static("no-store, no-transform");
    answer.headers_mut().insert(header::CACHE_CONTROL, value);
    answer
}

/// The media ranges of `Accept`, without their parameters.
fn accepted(headers: &HeaderMap) -> impl Iterator<Item = &[u8]> {
    let lines = headers.get_all(header::ACCEPT).iter();
    let ranges = lines.flat_map(|line| line.as_bytes().split(|byte| *byte == b','));
    ranges.map(|range| {
        let range = range.split(|byte| *byte == b';').next();
        range.unwrap_or_default().trim_ascii()
    })
}

fn names(headers: &HeaderMap, media_type: &[u8]) -> bool {
    accepted(headers).any(|range| range.eq_ignore_ascii_case(media_type))
}

/// As an `EventSource` asks.
fn only_streams(headers: &HeaderMap) -> bool {
    names(headers, b"text/event-stream") && accepted(headers).count() == 1
}

pub(super) fn is_stream_request(head: &Parts) -> bool {
    head.method == Method::GET && matches!(wants(&head.headers), Ok(Wants::Stream))
}

fn wants(headers: &HeaderMap) -> Result<Wants, Refused> {
    if names(headers, b"text/event-stream") {
        Ok(Wants::Stream)
    } else if names(headers, b"application/json") {
        Ok(Wants::Json)
    } else if !headers.contains_key(header::ACCEPT)
        || names(headers, b"*/*")
        || names(headers, b"text/*")
    {
        Ok(Wants::Stream)
    } else {
        Err(Refused::new(StatusCode::NOT_ACCEPTABLE, "accept"))
    }
}

/// The media type of a message, of those that are taken.
fn content_type(headers: &HeaderMap) -> Result<&str, Refused> {
    let refused = || Refused::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "content-type");
    if headers.contains_key(header::CONTENT_ENCODING) {
        return Err(refused());
    }
    let value = headers.get(header::CONTENT_TYPE).ok_or_else(refused)?;
    let text = value.to_str().map_err(|_| refused())?;
    let essence = text.split(';').next().unwrap_or_default().trim();
    let taken = ["application/json", "application/octet-stream", "text/plain"];
    let is_taken = taken
        .iter()
        .any(|taken| taken.eq_ignore_ascii_case(essence));
    is_taken.then_some(text).ok_or_else(refused)
}
