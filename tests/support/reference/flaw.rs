//! The mistakes of [`super::broken`], by name.

/// Declares the flaws and the list of all of them, so that none can be left out.
macro_rules! flaws {
    ($(#[doc = $text:literal] $flaw:ident,)*) => {
        /// One broken clause.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum Flaw {
            $(#[doc = $text] $flaw,)*
        }

        impl Flaw {
            /// Every flaw.
            pub const ALL: &[Self] = &[$(Self::$flaw),*];
        }
    };
}

flaws! {
    /// The BOM at the start is text.
    BomKept,
    /// A second BOM at the start is stripped too.
    SecondBomStripped,
    /// A BOM is stripped wherever a line starts with it.
    BomStrippedInTheMiddle,
    /// Bytes that are not UTF-8 vanish.
    InvalidUtf8Dropped,
    /// A run of U+FFFD is one U+FFFD.
    InvalidUtf8ReplacedOncePerRun,
    /// The stream ends at the first byte that is not UTF-8.
    InvalidUtf8EndsTheStream,
    /// U+0000 vanishes.
    NulDropped,
    /// CRLF is two line ends.
    CrLfCountsTwice,
    /// LFCR is one line end.
    LfCrCountsOnce,
    /// CR alone is text.
    LoneCrIsText,
    /// Line ends of Unicode, and vertical tab and form feed, end lines.
    UnicodeLineEnds,
    /// A last line without a line end is processed.
    UnfinishedLineProcessed,
    /// The end of input dispatches what is there.
    DispatchesAtEndOfInput,
    /// The ID of an unfinished block is taken.
    IdTakenAtEndOfInput,
    /// A line of spaces is blank.
    SpacesAreBlank,
    /// A comment is a blank line.
    CommentDispatches,
    /// Comments are not shown.
    CommentDropped,
    /// The space after the colon of a comment is kept.
    CommentSpaceKept,
    /// A field with the name `comment` is a comment.
    CommentIsAFieldName,
    /// All leading spaces of a value go.
    StripsAllLeadingSpaces,
    /// No leading space of a value goes.
    StripsNoLeadingSpace,
    /// A leading tab goes like a space.
    StripsLeadingTab,
    /// Spaces at the end of a value go.
    StripsTrailingSpaces,
    /// The last colon ends the name.
    SplitsAtTheLastColon,
    /// A value ends at the next colon.
    ValueEndsAtColon,
    /// A line without a colon is ignored.
    BareFieldIgnored,
    /// `data` without a colon is ignored.
    BareDataIgnored,
    /// `id` without a colon is ignored.
    BareIdIgnored,
    /// `event` without a colon is ignored.
    BareEventIgnored,
    /// Field names are compared without case.
    FieldNamesFoldCase,
    /// Spaces around a field name go.
    FieldNamesTrimmed,
    /// A field name only has to begin right.
    FieldNamePrefixes,
    /// Fields of unknown name are data.
    UnknownFieldsAreData,
    /// An unknown field drops what the block has so far.
    UnknownFieldDropsTheBlock,
    /// An ID with U+0000 is taken.
    TakesIdWithNul,
    /// An ID is taken up to its U+0000.
    CutsIdAtNul,
    /// An ID with U+0000 resets the ID.
    ResetsIdAtNul,
    /// An empty ID is ignored.
    EmptyIdIgnored,
    /// An ID is for its own event only.
    IdDoesNotPersist,
    /// The ID of a block without data is lost.
    IdOnlyBlockLost,
    /// The ID of a block without data is taken only with the next event.
    IdOnlyBlockTakenLate,
    /// The first ID of a block is taken.
    FirstIdWins,
    /// The ID of the earlier connection is forgotten.
    InitialIdForgotten,
    /// `+` before the digits is allowed.
    RetryWithSign,
    /// White space around the digits is allowed.
    RetryTrimmed,
    /// Digits of other scripts are allowed, as 0.
    RetryUnicodeDigits,
    /// The digits at the start count, as `parseInt` has it.
    RetryLeadingDigits,
    /// No digits are 0.
    RetryEmptyIsZero,
    /// What does not fit in 64 bits is ignored.
    RetryOverflowIgnored,
    /// What does not fit in 32 bits is ignored.
    RetryLimitedTo32Bits,
    /// Seconds are taken for milliseconds.
    RetryInSeconds,
    /// The retry of a block without data is lost.
    RetryOnlyBlockLost,
    /// Retries are said after the event of their block.
    RetryAfterTheEvent,
    /// An invalid retry drops the block.
    InvalidRetryDropsTheBlock,
    /// An event with empty data is not dispatched.
    EmptyDataDropped,
    /// All line feeds at the end of the data go.
    AllTrailingLineFeedsStripped,
    /// No line feed at the end of the data goes.
    TrailingLineFeedKept,
    /// Data lines are joined by nothing.
    DataLinesJoined,
    /// The last data line wins.
    LastDataLineWins,
    /// The data is kept for the next event.
    DataNotReset,
    /// A block without data is an event.
    DispatchesWithoutData,
    /// The event type is kept for the next event.
    EventTypeNotReset,
    /// The event type of a block without data is kept for the next.
    EventTypeOutlivesBlockWithoutData,
    /// An empty event type is "".
    EmptyEventTypeKept,
    /// An empty `event` does not replace an earlier one.
    EmptyEventIgnored,
    /// The first event type of a block is taken.
    FirstEventTypeWins,
}
