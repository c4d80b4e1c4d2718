//! From a server to the output, through the client.

use core::{error::Error, fmt::Write as _, num::NonZero, pin::pin, time::Duration};
use std::io::Write;

use bytes::{Buf as _, Bytes};
use futures_util::{FutureExt as _, StreamExt as _};
use http::{Request, Response};
use http_body_util::{BodyExt as _, Full, Limited};
use sse_codec::ItemRef;
use sse_tower::client::{
    BoxError, Cause, ClientError, ClientItem, EventSource, EventSourceOptions, HttpService,
    PatientPolicy, Policy, StandardPolicy, Verdict,
};

use crate::arguments::{Connection, Options};
use crate::cat::Failure;
use crate::exit::Exit;
use crate::line::{Line, milliseconds};
use crate::output_closed::output_closed;
use crate::printer::Printer;

/// How much of a response is printed that is no event stream, and how long it is waited for.
const MAX_BODY_BYTES: usize = 64 * 1024;
const MAX_BODY_TIME: Duration = Duration::from_secs(10);

/// Prints the items of the stream at this address, over as many connections as it takes.
///
/// # Errors
///
/// Fails if the output cannot be written.
pub(crate) async fn follow<S: HttpService<Full<Bytes>>>(
    service: S,
    request: Request<Full<Bytes>>,
    output: impl Write,
    options: &Options,
    connection: &Connection,
) -> Result<Exit, Failure> {
    let mut source = EventSource::from_request(service, request)
        .with_options(event_source_options(options, connection));
    let mut printer = Printer::new(output, options);
    let tells = !options.json && !connection.quiet;
    let mut closed = pin!(output_closed());
    loop {
        let item = match source.next().now_or_never() {
            Some(item) => item,
            None => {
                printer.flush().map_err(Failure::Output)?;
                tokio::select! {
                    item = source.next() => item,
                    () = &mut closed => return Ok(Exit::Complete),
                }
            }
        };
        let Some(item) = item else {
            let last_event_id = source.last_event_id();
            printer
                .line(&Line::end(last_event_id))
                .and_then(|()| printer.flush())
                .map_err(Failure::Output)?;
            return Ok(Exit::Complete);
        };
        match item {
            Ok(item) => {
                print(&mut printer, &item).map_err(Failure::Output)?;
                if tells && let Some(words) = words(&item) {
                    printer.flush().map_err(Failure::Output)?;
                    eprintln!("sse-cat: {words}");
                }
            }
            Err(error) => {
                let exit = Exit::of(&error);
                let line = end(source.last_event_id(), &error, exit);
                printer
                    .line(&line)
                    .and_then(|()| printer.flush())
                    .map_err(Failure::Output)?;
                if exit != Exit::Complete {
                    eprintln!("sse-cat: {}", chain(&error));
                } else if tells {
                    eprintln!("sse-cat: complete (204)");
                }
                if let Some(response) = error.into_response()
                    && connection.fail_with_body
                {
                    show(response).await;
                }
                return Ok(exit);
            }
        }
    }
}

fn event_source_options(options: &Options, connection: &Connection) -> EventSourceOptions {
    let (once, patient) = (connection.once, connection.patient);
    let mut source = EventSourceOptions::new()
        .with_limits(options.limits)
        .with_utf8(options.utf8)
        .with_comments(options.comments)
        .with_idle_timeout(connection.idle_timeout)
        .with_policy(move |cause: &Cause| match cause {
            Cause::Decode(_) => Verdict::GoOn,
            _ if once => Verdict::End,
            _ if patient => PatientPolicy.judge(cause),
            _ => StandardPolicy.judge(cause),
        });
    if let Some(time) = connection.retry {
        let smallest = time.min(Duration::from_millis(100));
        source = source
            .with_reconnection_time(time)
            .with_reconnection_time_bounds(smallest, Duration::from_secs(60 * 60));
    }
    if let Some(timeout) = connection.connect_timeout {
        source = source.with_connect_timeout(timeout);
    }
    if let Some(attempts) = connection.max_attempts.map(NonZero::get) {
        source = source.with_max_reconnections(attempts - 1);
    }
    if let Some(id) = connection.last_event_id.clone() {
        source = source.with_last_event_id(id);
    }
    source
}

fn print(printer: &mut Printer<impl Write>, item: &ClientItem) -> std::io::Result<()> {
    match item {
        ClientItem::Event(event) => printer.item(ItemRef::Event(event.as_ref())),
        ClientItem::Comment(text) => printer.item(ItemRef::Comment(text)),
        ClientItem::Dropped(error) => printer.dropped(error),
        ClientItem::Open(_) => printer.line(&Line::Open),
        ClientItem::UnsendableId => printer.line(&Line::UnsendableId),
        ClientItem::Reconnecting {
            attempt,
            delay,
            cause,
        } => printer.line(&Line::Reconnecting {
            attempt: *attempt,
            delay_ms: milliseconds(*delay),
            cause: chain(cause),
        }),
        _ => Ok(()),
    }
}

/// What is told of the connection.
fn words(item: &ClientItem) -> Option<String> {
    Some(match item {
        ClientItem::Open(_) => "connected".into(),
        ClientItem::UnsendableId => {
            "the last event ID fits no header; the stream begins without it".into()
        }
        ClientItem::Reconnecting {
            attempt,
            delay,
            cause,
        } => {
            let seconds = delay.as_secs_f64();
            format!("{}; attempt {attempt} in {seconds:.1} s", chain(cause))
        }
        _ => return None,
    })
}

fn end<'a, B>(last_event_id: &'a str, error: &ClientError<B>, exit: Exit) -> Line<'a> {
    Line::End {
        last_event_id,
        error: (exit != Exit::Complete).then(|| chain(error)),
        status: error.status().map(|status| status.as_u16()),
    }
}

/// An error and what it comes from, in a line.
fn chain(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(error) = source {
        // Writing into a string cannot fail.
        let _ = write!(text, ": {error}");
        source = error.source();
    }
    text
}

async fn show<B>(response: Response<B>)
where
    B: http_body::Body<Error: Into<BoxError>>,
{
    let mut body = pin!(Limited::new(response.into_body(), MAX_BODY_BYTES));
    let printed = async {
        while let Some(Ok(frame)) = body.frame().await {
            if let Ok(mut data) = frame.into_data() {
                let length = data.remaining();
                // Nobody may be listening any more.
                let _ = std::io::stderr().write_all(&data.copy_to_bytes(length));
            }
        }
    };
    let _ = tokio::time::timeout(MAX_BODY_TIME, printed).await;
    eprintln!();
}
