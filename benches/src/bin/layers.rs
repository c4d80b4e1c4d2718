//! Measures what layers cost. See `benches/README.md`.

use sse_benches::{layering, markdown, measure::Effort};

fn main() {
    print!("{}", markdown::layering(&layering::run(Effort::FULL)));
}
