//! Results as Markdown, for `docs/benchmarks.md`.

use crate::{
    corpus::Chunking,
    decoding::{Cell, Outcome},
    divergences::{DIVERGENCES, WRONG_ENCODINGS, always_encodes_rightly},
    encoder::Way,
    encoders,
    encoding::Row,
    layering::{LayerCost, added},
    peer::Peer,
    peers,
    table::{difference_text, mebibytes_per_second, ratio},
};

/// All about decoding: ratios, throughput, who is wrong.
#[must_use]
pub fn decoding(cells: &[Cell]) -> String {
    let mut corpora: Vec<_> = cells.iter().map(|cell| cell.corpus).collect();
    corpora.dedup();
    let mut text = String::new();
    for (face, title) in [
        (peers::BORROWED, "Borrowed face"),
        (peers::OWNED, "Owned face"),
    ] {
        text += &format!("### {title}: times as fast as the fastest other crate\n\n");
        text += &by_chunking("corpus", corpora.iter().copied(), |corpus, chunking| {
            ratio_text(find(cells, corpus, chunking)?, face)
        });
    }
    for corpus in corpora {
        let cell = cells.iter().find(|cell| cell.corpus == corpus);
        let events = cell.map_or(0, |cell| cell.events);
        text += &format!("### `{corpus}`: MiB/s (ns per event), {events} events\n\n");
        let names = peers::all().map(Peer::name);
        text += &by_chunking("decoder", names, |peer, chunking| {
            outcome_text(find(cells, corpus, chunking)?, peer)
        });
    }
    text + &wrong_decodings()
}

fn find<'a>(cells: &'a [Cell], corpus: &str, chunking: Chunking) -> Option<&'a Cell> {
    cells
        .iter()
        .find(|cell| cell.corpus == corpus && cell.chunking == chunking)
}

/// A table with a column for each chunking.
fn by_chunking(
    head: &str,
    rows: impl Iterator<Item = &'static str>,
    cell: impl Fn(&str, Chunking) -> Option<String>,
) -> String {
    let columns = Chunking::ALL.map(Chunking::name);
    let mut text = format!(
        "| {head} | {} |\n|---|{}\n",
        columns.join(" | "),
        "---:|".repeat(5)
    );
    for row in rows {
        let cells = Chunking::ALL.map(|chunking| cell(row, chunking).unwrap_or_default());
        text += &format!("| {row} | {} |\n", cells.join(" | "));
    }
    text + "\n"
}

fn ratio_text(cell: &Cell, peer: &dyn Peer) -> Option<String> {
    let (name, _) = cell.fastest_other()?;
    let ratio = ratio(cell.fastest_other(), cell.time(peer.name()))?;
    Some(format!("**{ratio:.2}** {name}"))
}

fn outcome_text(cell: &Cell, peer: &str) -> Option<String> {
    Some(match cell.results.get(peer)? {
        Outcome::Wrong(_) => "wrong".to_owned(),
        Outcome::Slow(time) => format!("< {:.1}", mebibytes_per_second(cell.bytes, *time)),
        Outcome::Time(time) => {
            let each = time.as_nanos() as f64 / cell.events as f64;
            format!("{:.0} ({each:.0})", mebibytes_per_second(cell.bytes, *time))
        }
    })
}

fn wrong_decodings() -> String {
    let mut text = "### Decodings that are wrong, and so not timed\n\n".to_owned();
    text += "| decoder | corpus | chunking | what differs |\n|---|---|---|---|\n";
    for wrong in &DIVERGENCES {
        let (chunking, difference) = (wrong.chunking.name(), difference_text(wrong.difference));
        text += &format!(
            "| {} | {} | {chunking} | {difference} |\n",
            wrong.peer, wrong.corpus
        );
    }
    text + "\n"
}

/// All about encoding: ratios, throughput, who is wrong.
#[must_use]
pub fn encoding(rows: &[Row]) -> String {
    let header = |head: &str| {
        let cases: Vec<_> = rows.iter().map(|row| row.case).collect();
        format!(
            "| {head} | {} |\n|---|{}\n",
            cases.join(" | "),
            "---:|".repeat(cases.len())
        )
    };
    let line = |name: &str, cell: &dyn Fn(&Row) -> Option<String>| {
        let cells: Vec<_> = rows
            .iter()
            .map(|row| cell(row).unwrap_or_default())
            .collect();
        format!("| {name} | {} |\n", cells.join(" | "))
    };
    let mut text = "### Times as fast as the fastest other crate\n\n".to_owned();
    text += &header("ours, and which others count");
    for ours in [encoders::BUFFER, encoders::FRAME] {
        for (which, fastest) in [
            ("right with all data", Row::fastest_right as fn(&Row) -> _),
            ("right with the data of the case", Row::fastest_here),
        ] {
            text += &line(&format!("{}; {which}", ours.name()), &|row| {
                let (name, _) = fastest(row)?;
                let ratio = ratio(fastest(row), row.time(ours.name()))?;
                Some(format!("**{ratio:.2}** {name}"))
            });
        }
    }
    text += "\n### MiB/s of encoded text (ns per event)\n\n";
    text += &header("encoder");
    for encoder in encoders::all() {
        let way = match encoder.way() {
            Way::Buffer => "into a buffer",
            Way::Frame => "a frame each",
        };
        let mark = if always_encodes_rightly(encoder.name()) {
            ""
        } else {
            "*"
        };
        text += &line(&format!("{}{mark}, {way}", encoder.name()), &|row| {
            let Some(time) = row.time(encoder.name()) else {
                return Some("wrong".to_owned());
            };
            let each = time.as_nanos() as f64 / row.events as f64;
            Some(format!(
                "{:.0} ({each:.0})",
                mebibytes_per_second(row.bytes, time)
            ))
        });
    }
    text + "\n\\* wrong with other data, see below.\n\n" + &wrong_encodings()
}

fn wrong_encodings() -> String {
    let mut text = "### Data that is encoded wrongly\n\n".to_owned();
    text += "| encoder | case | data that a client does not see as it was |\n|---|---|---|\n";
    for wrong in &WRONG_ENCODINGS {
        let data: Vec<_> = wrong
            .data
            .iter()
            .map(|data| format!("`{data:?}`"))
            .collect();
        text += &format!(
            "| {} | {} | {} |\n",
            wrong.encoder,
            wrong.case,
            data.join(", ")
        );
    }
    text
}

/// What layers cost for each event.
#[must_use]
pub fn layering(costs: &[LayerCost]) -> String {
    let mut text = "| body | ns per event | more than without |\n|---|---:|---:|\n".to_owned();
    for (at, cost) in costs.iter().enumerate() {
        let nanoseconds = cost.per_event.as_secs_f64() * 1e9;
        // Each second one is the one before it with something added.
        let more = (at % 2 == 1).then(|| added(costs, at - 1, at)).flatten();
        let more = more.map_or_else(String::new, |more| format!("{more:.1}"));
        text += &format!("| {} | {nanoseconds:.1} | {more} |\n", cost.name);
    }
    text
}
