//! `sse-cat` as a program: bytes into its standard input, lines out of its standard output.

#![allow(clippy::unwrap_used, reason = "in a test it is a failure")]

use core::time::Duration;
use std::fs::File;
use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Command, Output, Stdio};
use std::sync::mpsc::channel;
use std::thread;
use std::time::Instant;

/// Longer than anything here takes on the slowest machine.
const DEADLINE: Duration = Duration::from_secs(120);

fn sse_cat(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_sse-cat"));
    command
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
}

/// Runs it on this input, to the end.
fn run(arguments: &[&str], input: &[u8]) -> Output {
    let mut process = sse_cat(arguments).spawn().unwrap();
    let mut stdin = process.stdin.take().unwrap();
    let input = input.to_vec();
    // On the side, because the output is read at the same time. The program may end before it has
    // read everything, when its options make no sense.
    let writer = thread::spawn(move || drop(stdin.write_all(&input)));
    let output = process.wait_with_output().unwrap();
    writer.join().unwrap();
    output
}

/// The lines it prints for this input; it must end well and have nothing to complain of.
fn lines(arguments: &[&str], input: &[u8]) -> Vec<String> {
    let output = run(arguments, input);
    let complaints = String::from_utf8(output.stderr).unwrap();
    assert_eq!(
        (output.status.code(), &*complaints),
        (Some(0), ""),
        "{arguments:?}"
    );
    String::from_utf8(output.stdout)
        .unwrap()
        .lines()
        .map(str::to_owned)
        .collect()
}

const EVERYTHING: &[u8] = b"\xef\xbb\xbf: hello\r\nretry: 3000\r\n\r\nid: 1\rdata: one\r\rdata\n\n\
    event: two\ndata: a\ndata:  b\ndata: \xe2\x82\xac \xff \"quoted\"\n\nid\n\n: bye\ndata: lost\n";

#[test]
fn each_item_is_one_line_with_its_fields_in_order() {
    assert_eq!(
        lines(&["--comments"], EVERYTHING),
        [
            r#"{"type":"comment","text":"hello"}"#,
            r#"{"type":"retry","ms":3000}"#,
            r#"{"type":"event","event":"message","data":"one","last_event_id":"1"}"#,
            r#"{"type":"event","event":"message","data":"","last_event_id":"1"}"#,
            "{\"type\":\"event\",\"event\":\"two\",\"data\":\"a\\n b\\n\u{20ac} \u{fffd} \\\"quoted\\\"\",\
             \"last_event_id\":\"1\"}",
            r#"{"type":"comment","text":"bye"}"#,
            r#"{"type":"end","last_event_id":""}"#,
        ]
    );
    assert_eq!(lines(&[], b""), [r#"{"type":"end","last_event_id":""}"#]);
}

#[test]
fn comments_are_printed_on_request_only() {
    let with = lines(&["--comments"], EVERYTHING);
    let without = lines(&[], EVERYTHING);
    let is_comment = |line: &&String| line.contains(r#""type":"comment""#);
    assert_eq!(with.iter().filter(is_comment).count(), 2);
    assert_eq!(
        without,
        with.iter()
            .filter(|line| !is_comment(line))
            .cloned()
            .collect::<Vec<_>>()
    );
}

#[test]
fn the_size_of_the_chunks_changes_nothing() {
    let options = [
        "--comments",
        "--strict",
        "--max-event-bytes",
        "12",
        "--max-line-bytes",
        "20",
        "--chunk",
    ];
    let whole = lines(&options[..options.len() - 1], EVERYTHING);
    assert!(
        whole.iter().any(|line| line.contains(r#""type":"error""#)),
        "{whole:?}"
    );
    for chunk in 1..=EVERYTHING.len() + 1 {
        let chunk = chunk.to_string();
        let mut arguments = options.to_vec();
        arguments.push(&chunk);
        assert_eq!(lines(&arguments, EVERYTHING), whole, "--chunk {chunk}");
    }
}

#[test]
fn strict_makes_invalid_utf8_an_error_and_reading_goes_on() {
    let input = b"id: 5\ndata: \xff\n\ndata: fine\n\n";
    assert_eq!(
        lines(&["--strict"], input),
        [
            r#"{"type":"error","kind":"invalid_utf8","message":"invalid UTF-8 found at the line at byte 14","at_byte":14,"event_id":"5"}"#,
            r#"{"type":"event","event":"message","data":"fine","last_event_id":""}"#,
            r#"{"type":"end","last_event_id":""}"#,
        ]
    );
    assert_eq!(
        lines(&[], input)[0],
        "{\"type\":\"event\",\"event\":\"message\",\"data\":\"\u{fffd}\",\"last_event_id\":\"5\"}"
    );
}

#[test]
fn limits_make_errors_and_reading_goes_on() {
    let input = b"id: 1\ndata: 123456\n\n: a comment of some length\ndata: 1234\n\ndata: 12\n\n";
    assert_eq!(
        lines(&["--max-event-bytes", "6"], input),
        [
            r#"{"type":"error","kind":"event_too_large","message":"event exceeds 6 bytes at byte 6","at_byte":6,"limit":6,"event_id":"1"}"#,
            r#"{"type":"event","event":"message","data":"1234","last_event_id":""}"#,
            r#"{"type":"event","event":"message","data":"12","last_event_id":""}"#,
            r#"{"type":"end","last_event_id":""}"#,
        ]
    );
    assert_eq!(
        lines(&["--max-line-bytes", "12"], input),
        [
            r#"{"type":"event","event":"message","data":"123456","last_event_id":"1"}"#,
            r#"{"type":"error","kind":"line_too_long","message":"line exceeds 12 bytes at byte 20","at_byte":20,"limit":12,"event_id":null}"#,
            r#"{"type":"event","event":"message","data":"12","last_event_id":"1"}"#,
            r#"{"type":"end","last_event_id":"1"}"#,
        ]
    );
}

#[test]
fn an_event_limit_above_the_default_lets_such_lines_through() {
    let data = "x".repeat(5_000_000);
    let input = format!("data: {data}\n\n");
    let refused = lines(&[], input.as_bytes());
    assert!(
        refused[0].contains(r#""kind":"line_too_long""#),
        "{}",
        refused[0]
    );
    // The data and one byte for the end of its line, and nothing to spare.
    let allowed = lines(&["--max-event-bytes", "5000001"], input.as_bytes());
    assert!(allowed[0].contains(&data));
}

#[test]
fn a_line_is_out_before_the_next_input_comes() {
    let mut process = sse_cat(&[]).spawn().unwrap();
    let mut stdin = process.stdin.take().unwrap();
    let stdout = BufReader::new(process.stdout.take().unwrap());
    let (sender, lines) = channel();
    thread::spawn(move || {
        stdout
            .lines()
            .map_while(Result::ok)
            .try_for_each(|l| sender.send(l))
    });
    let mut line_after = |input: &str| {
        stdin.write_all(input.as_bytes()).unwrap();
        lines.recv_timeout(DEADLINE).unwrap()
    };
    assert_eq!(line_after("retry: 1\n"), r#"{"type":"retry","ms":1}"#);
    for number in 1..=3 {
        // The LF of the blank line is yet to come, and not waited for.
        let line = line_after(&format!("data: {number}\r\n\r"));
        let data = format!("\"data\":\"{number}\"");
        assert!(line.contains(&data), "{line}");
    }
    drop(stdin);
    let last = lines.recv_timeout(DEADLINE).unwrap();
    assert_eq!(last, r#"{"type":"end","last_event_id":""}"#);
    assert!(process.wait().unwrap().success());
}

#[cfg(unix)]
#[test]
fn input_that_is_open_for_writing_only_is_a_failure() {
    let input = File::options().write(true).open("/dev/null").unwrap();
    let output = sse_cat(&[]).stdin(input).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(output.stdout, b"");
}

#[test]
fn input_that_cannot_be_read_is_a_failure() {
    let directory = tempfile::tempdir().unwrap();
    let output = sse_cat(&[])
        .stdin(File::open(directory.path()).unwrap())
        .output()
        .unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(
        said.starts_with("sse-cat: cannot read the input: "),
        "{said}"
    );
    assert_eq!(output.stdout, b"");
}

#[test]
fn a_reader_that_goes_away_is_no_failure() {
    let mut process = sse_cat(&[]).spawn().unwrap();
    drop(process.stdout.take());
    let mut stdin = process.stdin.take().unwrap();
    stdin.write_all(b"data: x\n\n").unwrap();
    // It ends although its input has not: this write fails as soon as it has.
    let begun = Instant::now();
    while stdin.write_all(b"data: x\n\n").is_ok() {
        assert!(begun.elapsed() < DEADLINE, "it goes on for nobody");
    }
    let output = process.wait_with_output().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!((output.status.code(), &*said), (Some(0), ""));
}

#[test]
fn options_that_make_no_sense_are_a_usage_error() {
    for arguments in [
        &["--chunk", "0"][..],
        &["--chunk"],
        &["--max-event-bytes", "x"],
        &["file"],
    ] {
        let output = run(arguments, b"data: x\n\n");
        let said = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {said}");
        assert!(said.contains("Try 'sse-cat --help'."), "{said}");
        assert_eq!(output.stdout, b"", "{arguments:?}");
    }
    assert!(lines(&["--help"], b"")[1].contains("prints event streams"));
}
