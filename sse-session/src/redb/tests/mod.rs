//! The store over storages that fail, forget, are full, or were damaged.

mod damage;
mod disk;
mod full_disk;
mod housekeeping;
mod power_cut;
mod witness;
