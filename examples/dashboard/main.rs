//! The dashboard: views that push events, as applications have them. `docs/guide/dashboard.md` walks through it.
//!
//! ```sh
//! cargo run --bin dashboard
//! ```
//!
//! | view | its events | ids |
//! |---|---|---|
//! | [`stats`] | figures of this server, for who is signed in | made here, kept in memory |
//! | [`notifications`] | what a user was told, with the action "read" | the keys of a database |
//! | [`board`] | changes of pages: for scripts, for htmx, for Datastar | the keys of a database |
//! | [`tasks`] | how far a task is, and that it is done | made here, kept in memory |

mod arguments;
mod board;
mod faces;
mod notifications;
mod page;
mod stats;
mod table;
mod tasks;
mod user;
mod views;

use core::error::Error;
use std::sync::Arc;

use arguments::Arguments;
use axum::serve::ListenerExt as _;
use sse_tower::Drain;
use tokio::{net::TcpListener, signal::ctrl_c};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error + Send + Sync>> {
    let Some(arguments) = Arguments::parse(lexopt::Parser::from_env())? else {
        println!("{}", arguments::HELP);
        return Ok(());
    };
    let database = Arc::new(redb::Database::create(&arguments.database)?);
    let drain = Drain::new();
    let routes = views::routes(&database, &arguments, &drain)?;
    let listener = TcpListener::bind(&arguments.listen).await?;
    println!("http://{}/", listener.local_addr()?);

    // Events are small and should not wait for company on their way.
    let listener = listener.tap_io(|socket| _ = socket.set_nodelay(true));
    let server = axum::serve(listener, routes).with_graceful_shutdown(drain.ended());
    let signalled = drain.clone();
    tokio::spawn(async move { ctrl_c().await.map(|()| signalled.begin()) });
    Ok(drain.serve(server.into_future()).await??)
}
