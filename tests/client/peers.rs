//! What other clients of the ecosystem get wrong, row by row, and that this one does not. Each row
//! is a check; each has its negative control: a client that is broken in just that way, by a
//! service that spoils requests and responses, which the same check refuses.

use bytes::Bytes;
use http::{HeaderValue, Request, Response, StatusCode};
use http_body_util::{BodyExt as _, Full};
use sse_tower::client::{BoxError, EventSource, EventSourceOptions, HttpService};
use tower::{ServiceExt as _, service_fn};

use crate::{
    record::{quick, take},
    server::{Body, End, Server, events, http1, status},
};

/// A way to be broken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fault {
    None,
    ForgetsTheIdOnReconnect,
    ForgetsTheIdAfterAnEventWithout,
    SendsAnEmptyId,
    NeverCountsRetries,
    TakesRetryOnlyWithData,
    TakesNoContentForAStream,
    TakesAnyTypeForAStream,
    FailsOnAnIdBeyondAscii,
    ReadsASignedRetry,
}

/// A client that is broken in this way.
fn client(
    server: &Server,
    fault: Fault,
) -> EventSource<impl HttpService<Full<Bytes>>, Full<Bytes>> {
    let mut connected = false;
    let service = service_fn(move |mut request: Request<Full<Bytes>>| {
        spoil_request(&mut request, fault, connected);
        connected = true;
        async move {
            let id = request.headers().get("last-event-id");
            let is_ascii = id.is_none_or(|id| id.to_str().is_ok());
            if fault == Fault::FailsOnAnIdBeyondAscii && !is_ascii {
                return Err("not ASCII".into());
            }
            let (head, body) = http1().oneshot(request).await?.into_parts();
            let body = body.collect().await?.to_bytes();
            Ok::<_, BoxError>(spoil_response(Response::from_parts(head, body), fault))
        }
    });
    let options = match fault {
        Fault::NeverCountsRetries => quick(),
        _ => options(),
    };
    EventSource::get(service, server.uri("/")).with_options(options)
}

fn options() -> EventSourceOptions {
    quick().with_max_reconnections(3)
}

fn spoil_request(request: &mut Request<Full<Bytes>>, fault: Fault, connected: bool) {
    let headers = request.headers_mut();
    match fault {
        Fault::ForgetsTheIdOnReconnect if connected => {
            headers.remove("last-event-id");
        }
        Fault::SendsAnEmptyId if !headers.contains_key("last-event-id") => {
            headers.insert("last-event-id", HeaderValue::from_static(""));
        }
        _ => {}
    }
}

fn spoil_response(mut response: Response<Bytes>, fault: Fault) -> Response<Full<Bytes>> {
    let event_stream = HeaderValue::from_static("text/event-stream");
    let text = String::from_utf8(response.body().to_vec()).unwrap();
    let has_data = |block: &&str| block.contains("data:");
    let text = match fault {
        Fault::TakesNoContentForAStream if response.status() == StatusCode::NO_CONTENT => {
            *response.status_mut() = StatusCode::OK;
            response.headers_mut().insert("content-type", event_stream);
            text
        }
        Fault::TakesAnyTypeForAStream => {
            response.headers_mut().insert("content-type", event_stream);
            text
        }
        Fault::TakesRetryOnlyWithData => {
            let blocks = text.split_inclusive("\n\n").filter(has_data);
            blocks.collect()
        }
        Fault::ForgetsTheIdAfterAnEventWithout => {
            let block = |block: &str| match block.contains("id:") {
                true => block.to_owned(),
                false => format!("id\n{block}"),
            };
            text.split_inclusive("\n\n").map(block).collect()
        }
        Fault::ReadsASignedRetry => text.replace("retry: +", "retry: "),
        _ => text,
    };
    response.map(|_| Full::from(text))
}

type Checked = Result<(), String>;

fn expect<T: PartialEq + core::fmt::Debug>(found: T, expected: T) -> Checked {
    if found == expected {
        Ok(())
    } else {
        Err(format!("{found:?} instead of {expected:?}"))
    }
}

/// What the requests said after this stream, of which there are so many.
async fn ids(stream: &'static str, fault: Fault) -> Vec<Option<String>> {
    let reply = move |number, _: &_| -> Response<Body> {
        match number {
            0 => events(stream, End::Clean),
            _ => status(404),
        }
    };
    let server = Server::start(reply).await;
    take(&mut client(&server, fault), 20).await;
    server.last_event_ids()
}

async fn the_last_id_survives_a_reconnect(fault: Fault) -> Checked {
    let ids = ids("id: 7\ndata: a\n\n", fault).await;
    expect(ids, vec![None, Some("7".into())])
}

async fn the_last_id_survives_an_event_without(fault: Fault) -> Checked {
    let ids = ids("id: 7\ndata: a\n\ndata: b\n\n", fault).await;
    expect(ids, vec![None, Some("7".into())])
}

async fn no_empty_id_is_sent(fault: Fault) -> Checked {
    let ids = ids("data: a\n\n", fault).await;
    expect(ids, vec![None, None])
}

async fn an_id_beyond_ascii_is_sent(fault: Fault) -> Checked {
    let ids = ids("id: \u{e9}\ndata: a\n\n", fault).await;
    expect(ids, vec![None, Some("\u{e9}".into())])
}

async fn the_limit_on_retries_works(fault: Fault) -> Checked {
    let server = Server::start(|_, _| events("data: a\n\n", End::Clean)).await;
    let told = take(&mut client(&server, fault), 40).await;
    expect(told.last().map(String::as_str), Some("end"))?;
    expect(server.asked().len(), 4)
}

/// The delay after this stream.
async fn delay(stream: &'static str, fault: Fault) -> Option<u128> {
    use futures_util::StreamExt as _;
    use sse_tower::client::ClientItem;

    let server = Server::start(move |_, _| events(stream, End::Clean)).await;
    let mut source = client(&server, fault);
    while let Some(Ok(item)) = source.next().await {
        if let ClientItem::Reconnecting { delay, .. } = item {
            return Some(delay.as_millis());
        }
    }
    None
}

async fn retry_is_honoured_without_data(fault: Fault) -> Checked {
    expect(delay("retry: 4000\n\n", fault).await, Some(4000))
}

async fn retry_is_digits_only(fault: Fault) -> Checked {
    expect(delay("retry: +4000\ndata: x\n\n", fault).await, Some(1))
}

async fn no_content_stops(fault: Fault) -> Checked {
    let server = Server::start(|_, _| status(204)).await;
    let told = take(&mut client(&server, fault), 20).await;
    expect(told.concat(), "error: response with status 204end".into())?;
    expect(server.asked().len(), 1)
}

async fn the_content_type_is_checked(fault: Fault) -> Checked {
    for content_type in [None, Some("text/event-streams"), Some("text/html")] {
        let server = Server::start(move |_, _| {
            let mut response = events("data: a\n\n", End::Clean);
            response.headers_mut().remove("content-type");
            if let Some(value) = content_type {
                let value = HeaderValue::from_static(value);
                response.headers_mut().insert("content-type", value);
            }
            response
        })
        .await;
        let told = take(&mut client(&server, fault), 20).await;
        expect(
            told.concat(),
            "error: response is no event streamend".into(),
        )?;
    }
    Ok(())
}

/// A row: its check, with this client and with the broken one.
macro_rules! rows {
    ($($row:ident refuses $fault:ident;)*) => {
        mod table {
            $(#[tokio::test]
            async fn $row() {
                use super::Fault;
                assert_eq!(super::$row(Fault::None).await, Ok(()));
                let refused = super::$row(Fault::$fault).await;
                assert!(refused.is_err(), "the control is refused");
            })*
        }
    };
}

rows! {
    the_limit_on_retries_works refuses NeverCountsRetries;
    retry_is_honoured_without_data refuses TakesRetryOnlyWithData;
    retry_is_digits_only refuses ReadsASignedRetry;
    the_last_id_survives_a_reconnect refuses ForgetsTheIdOnReconnect;
    the_last_id_survives_an_event_without refuses ForgetsTheIdAfterAnEventWithout;
    no_empty_id_is_sent refuses SendsAnEmptyId;
    an_id_beyond_ascii_is_sent refuses FailsOnAnIdBeyondAscii;
    no_content_stops refuses TakesNoContentForAStream;
    the_content_type_is_checked refuses TakesAnyTypeForAStream;
}
