//! Writes the seeds of every fuzz target into `fuzz/corpus`.

use std::{fs, io, path::Path};

use sse_tests::fuzz;

fn main() -> io::Result<()> {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fuzz/corpus");
    for (name, _) in fuzz::TARGETS {
        let folder = corpus.join(name);
        fs::create_dir_all(&folder)?;
        for (number, seed) in fuzz::seeds(name).iter().enumerate() {
            fs::write(folder.join(format!("vector-{number:03}")), seed)?;
        }
    }
    Ok(())
}
