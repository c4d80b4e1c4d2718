//! The blocks of each corpus.

use core::fmt::Write as _;

use super::{CORPORA, Random};

/// Appends the block of this number.
pub(super) type Generator = fn(&mut String, usize, &mut Random);

pub(super) const GENERATORS: [(&str, Generator); CORPORA.len()] = [
    ("llm", llm),
    ("chat", chat),
    ("tiny", tiny),
    ("patches", patches),
    ("long_lines", long_lines),
    ("crlf", crlf),
];

/// Tokens of a language model: about 200 bytes of JSON around a few letters, some of them not
/// ASCII, and an end marker now and then.
fn llm(text: &mut String, number: usize, random: &mut Random) {
    const COMPLETION_TOKENS: usize = 400;
    if number % COMPLETION_TOKENS == COMPLETION_TOKENS - 1 {
        return text.push_str("data: [DONE]\n\n");
    }
    let completion = number / COMPLETION_TOKENS;
    let token = if random.below(16) == 0 {
        ["é", " naïve", "日本", "語", "…", "😀", " für", " да"][random.below(8)].to_owned()
    } else {
        format!(" {}", random.word(1, 7))
    };
    append(
        text,
        format_args!(
            "data: {{\"id\":\"chatcmpl-Bq7ZkV9wXnPa2{completion:010}\",\
             \"object\":\"chat.completion.chunk\",\"created\":1718{completion:06},\
             \"model\":\"gpt-4o-mini\",\"choices\":[{{\"index\":0,\
             \"delta\":{{\"content\":\"{token}\"}},\"finish_reason\":null}}]}}\n\n"
        ),
    );
}

/// Every event type that occurs, but for the default one.
pub const EVENT_TYPES: [&str; 7] = [
    "presence",
    "typing",
    "reaction",
    "patch-elements",
    "tick",
    "trade",
    "quote",
];

const CHAT_TYPES: [&str; 4] = ["message", "presence", "typing", "reaction"];

/// Three fields, about 110 bytes in all.
fn chat(text: &mut String, number: usize, random: &mut Random) {
    let id = 1_718_000_000 + number * 3;
    let event_type = CHAT_TYPES[random.below(CHAT_TYPES.len())];
    let user = random.word(4, 9);
    let words = [(); 6].map(|()| random.word(2, 8));
    append(
        text,
        format_args!(
            "id: {id}\nevent: {event_type}\n\
             data: {{\"room\":{},\"user\":\"{user}\",\"text\":\"{}\"}}\n\n",
            random.below(1000),
            words.join(" ")
        ),
    );
}

/// Nine bytes an event.
fn tiny(text: &mut String, _number: usize, random: &mut Random) {
    append(text, format_args!("data: {}\n\n", random.letter()));
}

/// A piece of a page: twenty data lines of 40 to 60 bytes, data and line end included.
fn patches(text: &mut String, number: usize, random: &mut Random) {
    text.push_str("event: patch-elements\n");
    append(
        text,
        format_args!("data: elements <ul id=\"list-{number:05}\" class=\"rows\">\n"),
    );
    for row in 0..18 {
        let value = random.word(4, 22);
        append(
            text,
            format_args!("data: elements <li id=\"row-{row}\">{value}</li>\n"),
        );
    }
    text.push_str("data: elements </ul><!-- end of the list -->\n\n");
}

/// One data line of 64 KiB.
fn long_lines(text: &mut String, _number: usize, random: &mut Random) {
    text.push_str("data: ");
    let end = text.len() + (64 << 10);
    while text.len() < end - 64 {
        append(text, format_args!("{} ", random.word(2, 12)));
    }
    while text.len() < end {
        text.push('=');
    }
    text.push_str("\n\n");
}

/// Three fields of about 60 bytes with CR LF, and a comment after every third event.
fn crlf(text: &mut String, number: usize, random: &mut Random) {
    if number % 4 == 3 {
        return text.push_str(": keep-alive\r\n\r\n");
    }
    let event_type = ["tick", "trade", "quote"][random.below(3)];
    append(
        text,
        format_args!(
            "id: {}\r\nevent: {event_type}\r\ndata: {{\"{}\":{},\"n\":{}}}\r\n\r\n",
            50_000 + number,
            random.word(3, 5),
            10_000 + random.below(90_000),
            random.below(1000)
        ),
    );
}

fn append(text: &mut String, arguments: core::fmt::Arguments<'_>) {
    // Writing to a `String` does not fail.
    let _ = text.write_fmt(arguments);
}
