//! The tables.

use super::{
    cell::{Cell, Row},
    child::Used,
};

/// How many times as much of something the other clients use up as ours does, in each cell: ours
/// over hyper-util, and in brackets ours over reqwest.
#[must_use]
pub fn ratios(cells: &[Cell], figure: fn(&Used) -> u64) -> String {
    let Some(first) = cells.first() else {
        return String::new();
    };
    let others = first.rows.iter().filter(|row| !row.contender.is_ours());
    let names: Vec<_> = others.map(|row| row.contender.name).collect();
    let mut text = format!(
        "| streams | {} |\n|---|{}\n",
        names.join(" | "),
        "---:|".repeat(names.len())
    );
    for cell in cells {
        let (ours, others): (Vec<_>, Vec<_>) =
            cell.rows.iter().partition(|row| row.contender.is_ours());
        let ratio = |other: &Row| match &ours[..] {
            [ours] => format!("**{:.2}**", other.ratio(ours, figure)),
            [ours, over_reqwest, ..] => format!(
                "**{:.2}** ({:.2})",
                other.ratio(ours, figure),
                other.ratio(over_reqwest, figure)
            ),
            [] => String::new(),
        };
        let ratios: Vec<_> = others.into_iter().map(ratio).collect();
        text += &format!("| {} | {} |\n", cell.scene.name, ratios.join(" | "));
    }
    text
}

/// The medians of processor time.
#[must_use]
pub fn processor(cells: &[Cell]) -> String {
    let mut text = "| streams | by | million events per processor second | ns an event |\n\
                    |---|---|---:|---:|\n"
        .to_owned();
    for cell in cells {
        for row in &cell.rows {
            let nanoseconds = row.median(|used| used.processor_nanoseconds) / cell.events as f64;
            text += &format!(
                "| {} | {} | {:.2} | {nanoseconds:.0} |\n",
                cell.scene.name,
                row.contender.name,
                1e3 / nanoseconds,
            );
        }
    }
    text
}

/// The medians of memory.
#[must_use]
pub fn memory(cell: &Cell) -> String {
    let mut text =
        "| by | live heap, bytes | of the process, bytes |\n|---|---:|---:|\n".to_owned();
    let streams = cell.scene.streams as f64;
    for row in &cell.rows {
        text += &format!(
            "| {} | {:.0} | {:.0} |\n",
            row.contender.name,
            row.median(|used| used.heap_bytes) / streams,
            row.median(|used| used.resident_bytes) / streams,
        );
    }
    text
}
