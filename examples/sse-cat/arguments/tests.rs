use super::*;

fn parse(arguments: &[&str]) -> Result<Options, String> {
    match Command::parse(Parser::from_args(arguments)) {
        Ok(Command::Read(options) | Command::Follow(options, ..)) => Ok(options),
        Ok(other) => Err(format!("{other:?}")),
        Err(error) => Err(error.to_string()),
    }
}

#[test]
fn the_help_tells_every_option_and_the_real_defaults() {
    let source = include_str!("../arguments.rs");
    let mut options = 0;
    for line in source.lines().filter(|line| line.contains("=>")) {
        let name = line.split('"').nth(1).unwrap_or_default();
        let other = line.split('"').nth(3).unwrap_or_default();
        for name in [name, other] {
            let is_option = name.chars().all(|it| it.is_ascii_lowercase() || it == '-');
            if is_option && name.len() > 1 && line.trim_start().starts_with(['"', 'A']) {
                options += 1;
                assert!(HELP.contains(&format!("--{name}")), "--{name}");
            }
        }
    }
    assert!(options >= 22, "{options} were found");
    let event = format!("default: {}]", Limits::DEFAULT.max_event_bytes());
    let line = format!("default: {}, or", Limits::DEFAULT.max_line_bytes());
    assert!(
        HELP.contains(&event) && HELP.contains(&line),
        "{event} {line}"
    );
    for section in ["NAME", "SYNOPSIS", "DESCRIPTION", "OPTIONS", "EXAMPLES"] {
        assert!(HELP.lines().any(|line| line == section), "{section}");
    }
    assert!(HELP.lines().all(|line| line.len() <= 100));
}

#[test]
fn an_event_limit_alone_never_makes_a_line_too_long_that_it_allows() {
    let default = Limits::DEFAULT;
    let small = parse(&["--max-event-bytes", "10"]).unwrap().limits;
    assert_eq!(small, default.with_max_event_bytes(10));
    let large = parse(&["--max-event-bytes=9000000"]).unwrap().limits;
    assert_eq!(
        (large.max_event_bytes(), large.max_line_bytes()),
        (9_000_000, 9_000_007)
    );
    let most = parse(&["--max-event-bytes", &usize::MAX.to_string()])
        .unwrap()
        .limits;
    assert_eq!(most.max_line_bytes(), usize::MAX);
}

#[test]
fn a_line_limit_is_taken_as_it_is_wherever_it_stands() {
    for arguments in [
        ["--max-line-bytes", "5", "--max-event-bytes", "9000000"],
        ["--max-event-bytes", "9000000", "--max-line-bytes", "5"],
    ] {
        let limits = parse(&arguments).unwrap().limits;
        assert_eq!(
            (limits.max_event_bytes(), limits.max_line_bytes()),
            (9_000_000, 5)
        );
    }
}

#[test]
fn what_makes_no_sense_is_refused_without_a_word_of_what_may_be_secret() {
    const URL: &str = "http://127.0.0.1/";
    for arguments in [
        &["--chunk", "0"][..],
        &["--chunk", "-1"],
        &["--max-event-bytes", "many"],
        &["--max-line-bytes", "1e3"],
        &["--strict=no"],
        &["file.txt"],
        &["ftp://secret/"],
        &["http://user:secret@127.0.0.1/"],
        &["/secret"],
        &["127.0.0.1:3000/secret"],
        &["http://"],
        &[URL, URL],
        &["--once"],
        &["-H", "a: secret"],
        &[URL, "-H", "Authorization Bearer secret"],
        &[URL, "-H", "Authorization: \u{1}secret"],
        &[URL, "-H", "no name: secret"],
        &[URL, "-H", "Last-Event-ID: secret"],
        &[URL, "-H", "Content-Length: 1"],
        &[URL, "--last-event-id", "secret\n"],
        &[URL, "--retry", "-1"],
        &[URL, "--retry", "soon"],
        &[URL, "--idle-timeout", "inf"],
        &[URL, "--max-attempts", "0"],
        &[URL, "-X", "GE T"],
        &[URL, "-Z"],
        &[URL, "--data"],
    ] {
        let error = parse(arguments).unwrap_err();
        assert!(!error.contains("secret"), "{error}");
    }
}

#[test]
fn a_url_makes_text_and_standard_input_json_unless_told() {
    assert!(parse(&[]).unwrap().json);
    assert!(!parse(&["--text"]).unwrap().json);
    assert!(!parse(&["http://127.0.0.1/"]).unwrap().json);
    assert!(parse(&["http://127.0.0.1/", "--json"]).unwrap().json);
}
