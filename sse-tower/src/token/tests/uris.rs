//! What is taken out of a URI, and what is left of it.

use fastrand::Rng;
use http::Uri;

use crate::token::query::take_parameter;

type Take = fn(&mut Uri, &str);

/// Against a twin that knows which pairs it has put in, over random queries: the pairs of the token go,
/// the others stay in their order, byte for byte.
fn check(take: Take) -> Result<(), String> {
    const TOKENS: [&str; 6] = [
        "token=abc",
        "token=",
        "token",
        "t%6Fken=abc",
        "%74%6f%6B%65%6e=a%26b",
        "token=a=b",
    ];
    const OTHERS: [&str; 16] = [
        "",
        "=",
        "a=b",
        "xtoken=1",
        "tokenx=2",
        "Token=3",
        "token%20=4",
        "a=token",
        "a=%26token=5",
        "%2574oken=6",
        "a=%e2%82%ac+%2B",
        "A=%E2%82%AC",
        "a=b=c",
        "to+ken=7",
        "a;token=8",
        "?token=9",
    ];
    const PATHS: [&str; 4] = ["/", "/a%2Fb/token=x", "https://example.com:8080/c", "/*;d"];
    let mut random = Rng::with_seed(9);
    for _ in 0..20_000 {
        let path = PATHS[random.usize(..PATHS.len())];
        let (mut pairs, mut left) = (Vec::new(), Vec::new());
        for _ in 0..random.usize(1..7) {
            if random.u8(..4) == 0 {
                pairs.push(TOKENS[random.usize(..TOKENS.len())]);
            } else {
                let other = OTHERS[random.usize(..OTHERS.len())];
                pairs.push(other);
                left.push(other);
            }
        }
        let text = format!("{path}?{}", pairs.join("&"));
        let mut uri: Uri = text.parse().map_err(|error| format!("{text}: {error}"))?;
        let before = uri.to_string();
        take(&mut uri, "token");
        let expected = match left.as_slice() {
            left if left.len() == pairs.len() => before,
            [] => path.to_owned(),
            left => format!("{path}?{}", left.join("&")),
        };
        if uri.to_string() != expected {
            return Err(format!("{text}: {uri} and not {expected}"));
        }
    }
    Ok(())
}

#[test]
fn only_the_token_is_taken_out() {
    check(|uri, name| drop(take_parameter(uri, name))).unwrap();
}

/// The negative controls: what is easily written instead.
#[test]
fn rewriting_that_touches_more_or_less_is_found() {
    fn rewrite(uri: &mut Uri, keep: impl Fn(&str) -> Option<String>) {
        let query = uri.query().unwrap_or_default().split('&');
        let kept: Vec<String> = query.filter_map(keep).collect();
        let text = uri.to_string();
        let (rest, _) = text.split_once('?').unwrap_or((&text, ""));
        let mark = if kept.is_empty() { "" } else { "?" };
        if let Ok(new) = format!("{rest}{mark}{}", kept.join("&")).parse() {
            *uri = new;
        }
    }
    let wrong: [(&str, Take); 4] = [
        ("takes nothing", |_, _| {}),
        ("takes what contains the name", |uri, name| {
            rewrite(uri, |pair| (!pair.contains(name)).then(|| pair.to_owned()));
        }),
        ("does not decode names", |uri, name| {
            rewrite(uri, |pair| {
                (pair.split('=').next() != Some(name)).then(|| pair.to_owned())
            });
        }),
        ("encodes again", |uri, name| {
            drop(take_parameter(uri, name));
            rewrite(uri, |pair| Some(pair.replace("%e2", "%E2")));
        }),
    ];
    for (what, take) in wrong {
        assert!(check(take).is_err(), "{what}");
    }
}

#[test]
fn a_value_is_decoded_as_forms_are() {
    let taken = |uri: &'static str| {
        let mut uri = Uri::from_static(uri);
        take_parameter(&mut uri, "token").map(|value| value.ok())
    };
    assert_eq!(taken("/?token=a%2Bb%3D"), Some(Some("a+b=".into())));
    assert_eq!(taken("/?token=a+b"), Some(Some("a b".into())));
    assert_eq!(taken("/?token=a&token=%61"), Some(Some("a".into())));
    assert_eq!(taken("/?token=a&token=b"), Some(None));
    assert_eq!(taken("/?token=%ff"), Some(None));
    assert_eq!(taken("/?xtoken=a"), None);
    assert_eq!(taken("/"), None);
}
