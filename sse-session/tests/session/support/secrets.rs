//! What must not be shown.

use core::fmt::Debug;

use sse_session::session::{Session, SessionId};

/// Neither the id nor what it is found by is in this text.
pub(crate) fn assert_hidden(session: &Session, shown: &impl Debug) {
    let shown = format!("{shown:?} {shown:#?}");
    for secret in [session.id().to_text(), bytes_of(&session.id())] {
        assert!(!shown.contains(&secret), "{shown}");
    }
    let address = format!("{:?}", session.address().to_bytes());
    assert!(!shown.contains(&address), "{shown}");
    assert!(!shown.contains("user-7"), "{shown}");
}

fn bytes_of(id: &SessionId) -> String {
    id.to_text().chars().rev().collect()
}
