//! Who may show a ticket, and when.

use core::time::Duration;

use http::Method;
use tokio::time::advance;

use super::{event_source::EventSource, *};
use crate::token::{Returns, Tickets};

const LIFETIME: Duration = Duration::from_secs(60);

fn url(ticket: &crate::token::Ticket) -> String {
    format!("/?ticket={}", ticket.as_str())
}

/// The cookie that comes with a ticket.
#[derive(Debug, Clone, Copy, PartialEq)]
enum With {
    None,
    Own,
    OtherTickets,
    OtherSecret,
}

/// Shows a ticket that has opened its stream once more, with these.
async fn replayed(returns: Returns, last_event_id: Option<&str>, with: With, expired: bool) -> u16 {
    let tickets = Tickets::new().with_returns(returns);
    let layer = layer().with_tickets(tickets.clone());
    let seen = Seen::default();
    let ticket = tickets.issue("alice", LIFETIME).await.unwrap();
    let other = tickets.issue("bob", LIFETIME).await.unwrap();
    let own = ask(&layer, &seen, get(&url(&ticket), &[]))
        .await
        .cookie()
        .unwrap();
    let others = ask(&layer, &seen, get(&url(&other), &[]))
        .await
        .cookie()
        .unwrap();
    let (name, _) = own.split_once('=').unwrap();
    let (_, secret) = others.split_once('=').unwrap();
    let other_secret = format!("{name}={secret}");
    advance(if expired {
        LIFETIME
    } else {
        LIFETIME - Duration::from_secs(1)
    })
    .await;

    let mut headers: Vec<_> = last_event_id
        .map(|id| ("last-event-id", id))
        .into_iter()
        .collect();
    headers.extend(match with {
        With::None => None,
        With::Own => Some(("cookie", &*own)),
        With::OtherTickets => Some(("cookie", &*others)),
        With::OtherSecret => Some(("cookie", &*other_secret)),
    });
    let answer = ask(&layer, &seen, get(&url(&ticket), &headers)).await;
    assert_eq!(seen.count(), if answer.status == 200 { 3 } else { 2 });
    // What comes back has its cookie, or had none.
    assert_eq!(answer.cookie(), None);
    answer.status
}

#[tokio::test(start_paused = true)]
async fn only_its_own_reconnections_may_show_a_ticket_again() {
    for returns in [Returns::CookieOrLastEventId, Returns::CookieOnly] {
        for last_event_id in [None, Some(""), Some("7")] {
            for with in [With::None, With::Own, With::OtherTickets, With::OtherSecret] {
                for expired in [false, true] {
                    let by_id =
                        returns == Returns::CookieOrLastEventId && last_event_id == Some("7");
                    let may = !expired && (by_id || with == With::Own);
                    let status = replayed(returns, last_event_id, with, expired).await;
                    let case = format!("{returns:?} {last_event_id:?} {with:?} expired {expired}");
                    assert_eq!(status, if may { 200 } else { 401 }, "{case}");
                }
            }
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_refusal_is_no_last_event_id() {
    let tickets = Tickets::new();
    let layer = layer().with_tickets(tickets.clone());
    let seen = Seen::default();
    let ticket = tickets.issue("alice", LIFETIME).await.unwrap();
    ask(&layer, &seen, get(&url(&ticket), &[])).await;
    let mut thief = EventSource::new(url(&ticket));
    let told = thief.connect(&layer, seen.service()).await.unwrap();
    assert_eq!(told[0].0, "error");
    assert_eq!(thief.connect(&layer, seen.service()).await, None);
    let id = "sse-tower/token-refused:7";
    let forged = get(&url(&ticket), &[("last-event-id", id)]);
    assert_eq!(ask(&layer, &seen, forged).await.status, 204);
    assert_eq!(seen.count(), 1);
}

#[tokio::test(start_paused = true)]
async fn an_event_source_returns_until_its_ticket_expires() {
    for strict in [false, true] {
        let returns = if strict {
            Returns::CookieOnly
        } else {
            Returns::default()
        };
        let tickets = Tickets::new().with_returns(returns);
        let layer = layer().with_tickets(tickets.clone());
        let seen = Seen::default();
        let ticket = tickets.issue("alice", LIFETIME).await.unwrap();
        let mut client = EventSource::new(url(&ticket));
        if strict {
            client = client.with_credentials();
        }
        for _ in 0..6 {
            let told = client.connect(&layer, seen.service()).await.unwrap();
            assert_eq!(told[0].1, "hello");
            advance(Duration::from_secs(10)).await;
        }
        assert_eq!(seen.last().extensions().get(), Some(&User("alice".into())));
        assert_eq!(seen.last().uri(), "/");
        let told = client.connect(&layer, seen.service()).await.unwrap();
        assert_eq!(told[0].0, "error");
        assert_eq!(client.connect(&layer, seen.service()).await, None);
        assert_eq!(seen.count(), 6);
    }
}

#[tokio::test(start_paused = true)]
async fn the_cookie_lasts_as_long_as_the_ticket() {
    let tickets = Tickets::new();
    let layer = layer().with_tickets(tickets.clone());
    let ticket = tickets.issue("alice", LIFETIME).await.unwrap();
    advance(Duration::from_secs(20)).await;
    let answer = ask(&layer, &Seen::default(), get(&url(&ticket), &[])).await;
    let cookie = answer.headers["set-cookie"].to_str().unwrap();
    assert!(
        cookie.ends_with("; HttpOnly; SameSite=None; Secure; Max-Age=40"),
        "{cookie}"
    );
    assert!(!cookie.contains(ticket.as_str()));
    assert!(answer.headers["set-cookie"].is_sensitive());
}

#[tokio::test(start_paused = true)]
async fn head_spends_no_ticket() {
    let tickets = Tickets::new();
    let layer = layer().with_tickets(tickets.clone());
    let seen = Seen::default();
    let ticket = tickets.issue("alice", LIFETIME).await.unwrap();
    let ask_for = async |method: Method| {
        let mut request = get(&url(&ticket), &[]);
        *request.method_mut() = method;
        let answer = ask(&layer, &seen, request).await;
        (answer.status, answer.cookie().is_some())
    };
    assert_eq!(ask_for(Method::HEAD).await, (200, false));
    assert_eq!(ask_for(Method::HEAD).await, (200, false));
    assert_eq!(ask_for(Method::GET).await, (200, true));
    assert_eq!(ask_for(Method::HEAD).await, (401, false));
    assert_eq!(ask_for(Method::GET).await, (401, false));
}

#[tokio::test(start_paused = true)]
async fn a_ticket_survives_a_validator_that_is_away_or_says_no() {
    let tickets = Tickets::new();
    let now = Arc::new(Mutex::new(Err(TokenRejected::Unavailable)));
    let says = Arc::clone(&now);
    let layer = TokenLayer::new(move |credential: Credential| {
        assert!(!credential.is_return());
        let said = *says.lock();
        async move { said.map(|()| Authorized::new(User("alice".into()))) }
    })
    .with_tickets(tickets.clone());
    let ticket = tickets.issue("alice", LIFETIME).await.unwrap();
    let seen = Seen::default();
    for (said, status) in [
        (Err(TokenRejected::Unavailable), 503),
        (Err(TokenRejected::Invalid), 401),
        (Ok(()), 200),
    ] {
        *now.lock() = said;
        assert_eq!(
            ask(&layer, &seen, get(&url(&ticket), &[])).await.status,
            status
        );
    }
}

#[tokio::test(start_paused = true)]
async fn the_validator_knows_a_return() {
    let tickets = Tickets::new();
    let returns = Arc::new(Mutex::new(Vec::new()));
    let log = Arc::clone(&returns);
    let layer = TokenLayer::new(move |credential: Credential| {
        log.lock().push(credential.is_return());
        async { Ok(Authorized::new(User(String::new()))) }
    })
    .with_tickets(tickets.clone().with_parameter("t"));
    let ticket = tickets.issue("", LIFETIME).await.unwrap();
    let uri = format!("/?t={}", ticket.as_str());
    let seen = Seen::default();
    ask(&layer, &seen, get(&uri, &[])).await;
    ask(&layer, &seen, get(&uri, &[("last-event-id", "7")])).await;
    assert_eq!(*returns.lock(), [false, true]);
}
