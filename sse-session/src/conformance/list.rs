//! The one list of all cases.

/// The one list of all cases: gives it to the macro that is named. `group { case, .. }` is
/// `cases/group.rs` and a function in it.
#[doc(hidden)]
#[macro_export]
macro_rules! __for_each_store_case {
    ($($to:tt)*) => {
        $($to)*! {
            order {
                records_are_read_in_the_order_of_their_appends,
                offsets_grow_from_one,
                each_record_names_its_predecessor,
                the_acknowledgement_is_the_position_that_is_read,
                logs_grow_on_their_own,
                what_is_acknowledged_is_read_at_once,
                a_log_made_anew_has_another_epoch,
                an_acknowledgement_says_what_it_survives,
            }
            verdicts {
                behind_each_kept_record_the_rest_follows,
                behind_the_record_before_the_floor_all_that_is_kept_follows,
                behind_the_head_nothing_follows,
                before_the_floor_is_trimmed,
                before_the_first_record_is_a_position_too,
                past_the_head_is_rewound,
                another_tag_is_forked,
                another_epoch_is_told,
                a_log_that_is_not_there_is_unknown,
                a_log_without_records_still_knows_its_head,
                no_forged_position_is_contiguous,
            }
            paging {
                pages_join_without_a_hole,
                pages_are_bounded_by_records,
                pages_are_bounded_by_bytes,
                one_oversized_record_is_read_alone,
                a_limit_of_nothing_gives_one_record,
                the_earliest_of_no_log_is_nothing,
            }
            retention {
                the_newest_records_are_kept,
                the_newest_record_alone_is_kept,
                the_retention_of_the_last_append_counts,
                records_that_are_young_enough_are_kept,
                bytes_that_are_few_enough_are_kept,
                the_newest_record_is_kept_whatever_its_bytes,
                records_that_are_too_many_go_in_the_end,
                records_that_are_too_old_go_in_the_end,
                bytes_that_are_too_many_go_in_the_end,
                what_retention_removed_is_told,
            }
            payloads {
                a_payload_may_be_empty,
                a_payload_may_have_all_bytes,
                payloads_of_many_lengths_are_given_back,
                the_longest_payload_is_taken,
                a_payload_that_is_too_large_is_refused,
            }
            names {
                odd_names_of_logs_are_names_apart,
                odd_names_of_keys_are_names_apart,
                odd_names_of_sets_are_names_apart,
                a_log_a_key_and_a_set_of_one_name_do_not_meet,
                kinds_do_not_meet,
            }
            idempotency {
                a_repeated_append_changes_nothing,
                a_key_is_of_one_log,
                keys_of_any_bytes_are_keys_apart,
                a_key_outlives_its_record,
                a_key_is_remembered_within_its_window,
                a_key_is_new_after_its_window,
                a_repetition_does_not_prolong_the_window,
            }
            fences {
                the_current_owner_appends,
                an_older_owner_appends_nothing,
                nobody_owns_what_was_never_put,
                nobody_owns_what_was_removed,
                whoever_owned_it_before_its_removal_does_not_own_it_again,
                nobody_owns_what_has_expired,
                a_repetition_behind_an_old_fence_is_fenced,
                an_older_owner_trims_nothing,
            }
            trim {
                what_was_handled_goes_and_the_rest_stays,
                a_log_goes_on_after_all_was_trimmed,
                trimming_past_the_head_takes_nothing_that_comes_later,
                trimming_twice_or_too_little_changes_nothing,
                trimming_no_log_makes_none,
            }
            heads {
                heads_come_in_the_order_asked,
                a_head_is_the_last_acknowledged_position,
                each_head_was_one_during_the_call,
            }
            edges {
                the_longest_names_are_names_apart,
                a_value_may_be_as_large_as_was_said,
                a_member_may_be_as_large_as_was_said,
                keys_and_announcements_are_bounded,
                a_value_with_no_time_to_live_is_over,
                a_time_of_nothing_is_over_as_soon_as_time_goes_on,
                a_time_that_is_too_long_to_count_goes_on,
            }
            registry {
                the_last_value_put_is_there,
                absence_is_expected_once,
                a_revision_is_expected_once,
                a_conflict_changes_nothing,
                what_was_removed_is_gone,
                only_what_is_expected_is_removed,
                revisions_grow_over_removal,
                values_may_have_all_bytes_and_none,
            }
            expiry {
                a_value_lives_as_long_as_was_said,
                a_value_without_a_time_to_live_stays,
                the_last_time_to_live_counts,
                an_extended_value_lives_longer,
                an_extended_value_may_live_shorter,
                only_the_current_value_is_extended,
                an_expired_value_is_as_if_never_put,
                revisions_grow_over_expiry,
            }
            members {
                who_joined_is_a_member_until_it_leaves,
                the_last_note_counts,
                only_who_has_the_last_note_leaves,
                members_come_in_the_order_of_joining,
                a_full_set_refuses,
                a_full_set_evicts_the_oldest,
                a_lower_limit_evicts_as_many_as_needed,
                a_member_is_never_refused,
                ids_of_any_bytes_are_members_apart,
                a_member_is_one_as_long_as_was_said,
                joining_again_prolongs,
                who_has_expired_makes_room,
            }
            watch {
                each_append_is_told,
                each_watch_is_told,
                a_told_record_is_as_it_is_read,
                a_log_that_was_not_added_is_silent,
                a_removed_log_falls_silent,
                asked_twice_it_is_watched_once,
                a_log_that_is_added_again_is_told_again,
                a_dropped_watch_falls_silent,
                appends_by_others_are_told,
            }
            announce {
                what_is_announced_is_told,
                announcing_changes_nothing,
                announcing_makes_no_log,
            }
            cancellation {
                a_dropped_append_is_done_or_not,
                a_dropped_append_may_be_repeated_with_its_key,
                a_dropped_trim_is_done_or_not,
                a_dropped_put_is_done_or_not,
                a_dropped_extension_is_done_or_not,
                a_dropped_removal_is_done_or_not,
                a_dropped_join_is_done_or_not,
                a_dropped_leave_is_done_or_not,
                a_dropped_question_changes_nothing,
            }
            concurrency {
                many_writers_and_readers_lose_and_double_nothing,
                concurrent_repetitions_are_one_record,
                nothing_appended_around_watching_is_missed,
                concurrent_hints_come_when_they_can_be_read,
            }
            races {
                of_many_that_expect_absence_one_succeeds,
                no_increment_is_lost,
                concurrent_revisions_differ,
                a_full_set_stays_within_its_limit_under_concurrent_joins,
                an_evicting_set_stays_within_its_limit_under_concurrent_joins,
                nobody_is_taken_out_who_came_back_meanwhile,
                behind_a_newer_owner_stands_nothing_of_the_older,
            }
            durability {
                records_are_there_after_reopening,
                the_log_goes_on_after_reopening,
                positions_hold_after_reopening,
                what_was_trimmed_stays_trimmed_after_reopening,
                values_are_there_after_reopening,
                revisions_grow_over_reopening,
                times_to_live_end_over_reopening,
                keys_are_remembered_over_reopening,
                a_set_is_in_order_after_reopening,
                what_was_told_is_there_after_reopening,
            }
        }
    };
}

/// Makes one `#[test]` for each case of the conformance suite over one
/// [harness](crate::conformance::Harness), and prints the counts when the last one ends. Once in a
/// module. See [the suite](crate::conformance).
#[macro_export]
macro_rules! store_conformance_tests {
    ($harness:expr $(,)?) => {
        static CONFORMANCE_TALLY: $crate::conformance::Tally = $crate::conformance::Tally::new();

        fn conformance_harness() -> ::std::sync::Arc<dyn $crate::conformance::Harness> {
            ::std::sync::Arc::new($harness)
        }

        $crate::__for_each_store_case! { $crate::__store_case_tests }
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __store_case_tests {
    ($($group:ident { $($case:ident,)* })*) => {$($(
        #[test]
        fn $case() {
            $crate::conformance::test_case(
                &conformance_harness(),
                ::core::stringify!($case),
                &CONFORMANCE_TALLY,
            );
        }
    )*)*};
}
