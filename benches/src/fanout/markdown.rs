//! The tables.

use super::cell::{Row, cost, rate, reach};

/// How many times as fast ours is, in each cell.
#[must_use]
pub fn ratios(cells: &[Vec<Row>]) -> String {
    let others = cells
        .first()
        .map_or(&[][..], |rows| rows.get(1..).unwrap_or_default());
    let names: Vec<_> = others.iter().map(|row| row.contender.name).collect();
    let mut text = format!(
        "| subscribers | burst | {} |\n|---:|---:|{}\n",
        names.join(" | "),
        "---:|".repeat(names.len())
    );
    for rows in cells {
        let [ours, others @ ..] = &rows[..] else {
            continue;
        };
        let ratios: Vec<_> = others
            .iter()
            .map(|other| {
                let (elapsed, cost) = (ours.ratio(other, rate), other.ratio(ours, cost));
                format!("**{elapsed:.2}** ({cost:.2})")
            })
            .collect();
        let setting = ours.setting;
        text += &format!(
            "| {} | {} | {} |\n",
            setting.subscribers,
            setting.burst,
            ratios.join(" | ")
        );
    }
    text
}

/// The medians.
#[must_use]
pub fn medians(cells: &[Vec<Row>]) -> String {
    let mut text = "| subscribers | burst | by | million deliveries/s | ns of processor time each \
                    | p50, ms | p99, ms |\n|---:|---:|---|---:|---:|---:|---:|\n"
        .to_owned();
    for row in cells.iter().flatten() {
        text += &format!(
            "| {} | {} | {} | {:.1} | {:.0} | {:.2} | {:.2} |\n",
            row.setting.subscribers,
            row.setting.burst,
            row.contender.name,
            row.median(rate) / 1e6,
            row.median(cost),
            row.median(reach(0.50)),
            row.median(reach(0.99)),
        );
    }
    text
}

/// What subscribers that do not read do to the others.
#[must_use]
pub fn stalled(cells: &[Vec<Row>]) -> String {
    let mut text =
        "| subscribers | burst | by | p99 without, ms | p99 with, ms | times as long |\n\
                    |---:|---:|---|---:|---:|---:|\n"
            .to_owned();
    for pair in cells.iter().flat_map(|rows| rows.chunks_exact(2)) {
        let [without, with] = pair else { continue };
        let p99 = reach(0.99);
        text += &format!(
            "| {} | {} | {} | {:.2} | {:.2} | **{:.2}** |\n",
            without.setting.subscribers,
            without.setting.burst,
            without.contender.name,
            without.median(&p99),
            with.median(&p99),
            with.ratio(without, &p99),
        );
    }
    text
}

/// Memory of a subscriber.
#[must_use]
pub fn memory(rows: &[(&str, f64)]) -> String {
    let mut text = "| by | bytes | to ours |\n|---|---:|---:|\n".to_owned();
    let ours = rows.first().map_or(f64::NAN, |(_, bytes)| *bytes);
    for (name, bytes) in rows {
        text += &format!("| {name} | {bytes:.0} | {:.2} |\n", bytes / ours);
    }
    text
}
