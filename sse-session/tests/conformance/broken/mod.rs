//! Stores that are broken on purpose: the suite has to fail for each, by the case that is meant for it.

mod edges;
mod hints;
mod logs;
mod positions;
mod races;
mod registry;
mod restarts;
mod revisions;
mod sets;

use std::{
    io::Write as _,
    sync::{Arc, Mutex},
};

use sse_session::{
    conformance::{
        BrokenStore, Defect, Harness, HarnessFuture, ReferenceStore, Report, Timing, run_all,
    },
    store::SessionStore,
};

/// Gets at a store with a defect. The last store that was made is the one that is opened again: the cases
/// run one after the other.
#[derive(Debug)]
struct BrokenHarness<D> {
    name: String,
    last: Mutex<Option<BrokenStore<ReferenceStore, D>>>,
}

impl<D: Defect + Default> Harness for BrokenHarness<D> {
    fn name(&self) -> &str {
        &self.name
    }

    fn fresh(&self) -> HarnessFuture<'_> {
        let store = BrokenStore::new(ReferenceStore::new(), D::default());
        *self.last.lock().unwrap() = Some(store.clone());
        Box::pin(async { Ok(Arc::new(store) as Arc<dyn SessionStore>) })
    }

    fn reopen(&self, store: Arc<dyn SessionStore>) -> HarnessFuture<'_> {
        if let Some(broken) = &*self.last.lock().unwrap() {
            broken.reopen();
        }
        Box::pin(async { Ok(store) })
    }

    fn another<'a>(&'a self, _: &'a Arc<dyn SessionStore>) -> HarnessFuture<'a> {
        let last = self.last.lock().unwrap();
        let right = last.as_ref().unwrap().get_ref().clone();
        Box::pin(async { Ok(Arc::new(right) as Arc<dyn SessionStore>) })
    }

    fn timing(&self) -> Timing {
        // What a broken store never tells is not waited for so long.
        Timing::PAUSED.with_patience(core::time::Duration::from_secs(3))
    }
}

fn ensure_caught<D: Defect + Default>(meant: &str) {
    let name = format!("{:?}", D::default());
    let name = name.split([' ', '(']).next().unwrap().to_owned();
    let last = Mutex::default();
    let harness: Arc<dyn Harness> = Arc::new(BrokenHarness::<D> { name, last });
    let report = run_all(&harness);
    say_what_caught_it(&report, meant);
    assert!(
        report.has_failed(meant),
        "{meant} did not catch it: {report}"
    );
    assert!(
        report.passed.len() > 60,
        "more is broken than was meant: {report}"
    );
}

/// Past the capture of the test harness, so that it is seen.
fn say_what_caught_it(report: &Report, meant: &str) {
    let caught: Vec<_> = report.failed.iter().map(|(case, _)| *case).collect();
    let others = caught.iter().filter(|case| **case != meant).count();
    let line = format!("{}: caught by {meant} and {others} others", report.store);
    let _ = writeln!(std::io::stderr(), "{line}");
    println!("{report}");
}

/// Without a defect, all cases pass: what the others fail by is their defect.
#[test]
fn a_store_that_is_not_broken_passes() {
    #[derive(Debug, Default)]
    struct Nothing;
    impl Defect for Nothing {}
    let last = Mutex::default();
    let name = "nothing is wrong".to_owned();
    let harness: Arc<dyn Harness> = Arc::new(BrokenHarness::<Nothing> { name, last });
    let report = run_all(&harness);
    assert!(
        report.failed.is_empty() && report.skipped.is_empty(),
        "{report}"
    );
}

macro_rules! controls {
    ($($test:ident: $defect:ty => $meant:ident,)*) => {
        /// The cases that are meant to catch one.
        pub(crate) const MEANT: &[&str] = &[$(stringify!($meant),)*];

        $(
            #[test]
            fn $test() {
                ensure_caught::<$defect>(stringify!($meant));
            }
        )*
    };
}

controls! {
    one_that_loses_the_last_write: restarts::LosesTheLastWrite => records_are_there_after_reopening,
    one_that_reuses_offsets: restarts::ReusesOffsets => the_log_goes_on_after_reopening,
    one_that_forgets_revisions: revisions::RevisionsBeginAnew<true> => revisions_grow_over_reopening,
    one_that_acknowledges_too_soon: restarts::AcknowledgesFromMemory => an_acknowledgement_says_what_it_survives,

    one_that_compares_offsets_only: positions::ComparesOffsetsOnly => another_tag_is_forked,
    one_that_hides_what_was_trimmed: positions::HidesGaps => before_the_floor_is_trimmed,
    one_that_takes_unknown_for_trimmed: positions::TakesUnknownForTrimmed => a_log_that_is_not_there_is_unknown,
    one_with_one_epoch_for_all: positions::OneEpoch => a_log_made_anew_has_another_epoch,
    one_that_loses_its_head: positions::LosesItsHead => a_log_without_records_still_knows_its_head,

    one_that_appends_in_two_steps: logs::AppendsInTwoSteps => a_dropped_append_is_done_or_not,
    one_that_appends_before_it_knows_the_key: logs::RemembersKeysLate => a_dropped_append_may_be_repeated_with_its_key,
    one_that_accepts_a_key_twice: logs::AcceptsKeysTwice => a_repeated_append_changes_nothing,
    one_that_cuts_values: edges::CutsValues => a_value_may_be_as_large_as_was_said,
    one_that_evicts_before_it_looks: edges::LooksTooLate => a_member_may_be_as_large_as_was_said,
    one_that_takes_no_time_for_no_end: edges::TakesZeroForNoEnd => a_time_of_nothing_is_over_as_soon_as_time_goes_on,
    one_that_overflows: edges::OverflowsToNothing => a_time_that_is_too_long_to_count_goes_on,
    one_that_keeps_nothing: edges::KeepsNothing => the_newest_record_alone_is_kept,
    one_that_looks_at_keys_first: edges::LooksAtKeysFirst => a_repetition_behind_an_old_fence_is_fenced,
    one_that_prolongs_windows: edges::ProlongsWindows => a_repetition_does_not_prolong_the_window,
    one_that_trims_what_comes: edges::TrimsWhatComes => trimming_past_the_head_takes_nothing_that_comes_later,
    one_that_remembers_heads: edges::RemembersHeads => each_head_was_one_during_the_call,
    one_that_keeps_one_too_few: logs::KeepsOneTooFew => the_newest_records_are_kept,
    one_that_cuts_payloads: logs::CutsPayloads => a_payload_may_have_all_bytes,
    one_that_folds_case: logs::FoldsCase => odd_names_of_logs_are_names_apart,
    one_that_breaks_the_chain: logs::BreaksTheChain => a_log_goes_on_after_all_was_trimmed,
    one_that_never_tells_of_more: logs::NeverTellsOfMore => pages_join_without_a_hole,
    one_that_reads_late: logs::ReadsLate => what_is_acknowledged_is_read_at_once,
    one_that_reads_backwards: logs::ReadsBackwards => records_are_read_in_the_order_of_their_appends,
    one_that_keeps_announcements: logs::KeepsAnnouncements => announcing_changes_nothing,

    one_that_ignores_fences: races::IgnoresFences => an_older_owner_appends_nothing,
    one_that_trims_behind_any_fence: races::TrimsBehindAnyFence => an_older_owner_trims_nothing,
    one_that_checks_fences_too_early: races::ChecksFencesEarly => behind_a_newer_owner_stands_nothing_of_the_older,
    one_that_compares_before_it_sets: races::ComparesThenSets => of_many_that_expect_absence_one_succeeds,
    one_that_looks_before_it_leaves: races::LooksThenLeaves => nobody_is_taken_out_who_came_back_meanwhile,
    one_that_counts_before_it_joins: races::CountsThenJoins => a_full_set_stays_within_its_limit_under_concurrent_joins,

    one_that_loses_a_hint: hints::LosesHints => each_append_is_told,
    one_that_tells_too_early: hints::TellsTooEarly => each_append_is_told,
    one_that_watches_too_late: hints::WatchesLate => each_append_is_told,
    one_that_never_falls_silent: hints::NeverFallsSilent => a_removed_log_falls_silent,
    one_that_is_deaf_to_others: hints::DeafToOthers => appends_by_others_are_told,

    one_whose_revisions_begin_anew: revisions::RevisionsBeginAnew<false> => revisions_grow_over_removal,
    one_that_keeps_what_was_removed: registry::KeepsWhatWasRemoved => what_was_removed_is_gone,
    one_that_forgets_times_to_live: registry::LivesForEver => a_value_lives_as_long_as_was_said,
    one_that_expires_too_soon: registry::ExpiresTooSoon => a_value_lives_as_long_as_was_said,
    one_that_extends_any_revision: registry::ExtendsAnyRevision => only_the_current_value_is_extended,

    one_whose_members_move_when_they_join_again: sets::MovesMembers => members_come_in_the_order_of_joining,
    one_that_leaves_whatever_the_note: sets::LeavesWhateverTheNote => only_who_has_the_last_note_leaves,
    one_that_refuses_members: sets::RefusesMembers => a_member_is_never_refused,
    one_whose_members_stay: sets::MembersStay => a_member_is_one_as_long_as_was_said,
}
