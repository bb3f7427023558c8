//! Who attacks, what they open and which test shows it: the one table behind the page and docs/trust.md.

/// How an installation can be deployed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    /// One program with its database file and its keys on one machine.
    Alone,
    /// Programs that hold the keys, and PostgreSQL elsewhere.
    Apart,
    /// One of these, with a log whose heads others countersign.
    Witnessed,
}

impl Shape {
    pub(super) const ALL: [Self; 3] = [Self::Alone, Self::Apart, Self::Witnessed];

    /// Its text, and its place on the page.
    pub(super) const fn id(self) -> &'static str {
        match self {
            Self::Alone => "trust-shape-alone",
            Self::Apart => "trust-shape-apart",
            Self::Witnessed => "trust-shape-witnessed",
        }
    }
}

/// Who attacks: what they hold or found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Attacker {
    WebBug,
    SqlThief,
    DatabaseAdministrator,
    Root,
    BackupThief,
    LogKeyThief,
    DatabaseAndSealingKey,
    DatabaseAndLogKey,
}

impl Attacker {
    #[cfg(test)]
    pub(super) const ALL: [Self; 8] = [
        Self::WebBug,
        Self::SqlThief,
        Self::DatabaseAdministrator,
        Self::Root,
        Self::BackupThief,
        Self::LogKeyThief,
        Self::DatabaseAndSealingKey,
        Self::DatabaseAndLogKey,
    ];

    pub(super) const fn id(self) -> &'static str {
        match self {
            Self::WebBug => "trust-who-web",
            Self::SqlThief => "trust-who-sql",
            Self::DatabaseAdministrator => "trust-who-dba",
            Self::Root => "trust-who-root",
            Self::BackupThief => "trust-who-backup",
            Self::LogKeyThief => "trust-who-log-key",
            Self::DatabaseAndSealingKey => "trust-who-two-sealing",
            Self::DatabaseAndLogKey => "trust-who-two-log",
        }
    }
}

/// Whether an entry of the log is left.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Left {
    /// Committed before anything opens.
    Entry,
    /// Nothing opens, so there is nothing to enter.
    NothingOpens,
    /// It opens, and no entry tells.
    NoEntry,
}

impl Left {
    pub(super) const fn id(self) -> &'static str {
        match self {
            Self::Entry => "trust-left-entry",
            Self::NothingOpens => "trust-left-nothing",
            Self::NoEntry => "trust-left-none",
        }
    }
}

/// One attacker in the shapes in which the answer is the same.
pub(super) struct Row {
    pub(super) attacker: Attacker,
    pub(super) shapes: &'static [Shape],
    /// The text that says what opens.
    pub(super) opens: &'static str,
    pub(super) left: Left,
    /// The text that says what they can alter, and who notices.
    pub(super) alters: &'static str,
    /// Functions of tests in the sources.
    pub(super) tests: &'static [&'static str],
}

const EVERY: &[Shape] = &Shape::ALL;
const UNWITNESSED: &[Shape] = &[Shape::Alone, Shape::Apart];
const WITNESSED: &[Shape] = &[Shape::Witnessed];

/// Each attacker in each shape exactly once.
pub(super) const ROWS: &[Row] = &[
    Row {
        attacker: Attacker::WebBug,
        shapes: EVERY,
        opens: "trust-opens-page",
        left: Left::Entry,
        alters: "trust-alters-page",
        tests: &[
            "every_route_logs_what_it_opens_and_nothing_else",
            "receipts_cannot_be_made_or_kept",
            "no_read_without_a_record",
        ],
    },
    Row {
        attacker: Attacker::SqlThief,
        shapes: EVERY,
        opens: "trust-opens-sealed",
        left: Left::NothingOpens,
        alters: "trust-alters-nothing",
        tests: &["a_dump_shows_nobody", "a_deleted_person_is_gone_from_free_pages"],
    },
    Row {
        attacker: Attacker::DatabaseAdministrator,
        shapes: UNWITNESSED,
        opens: "trust-opens-sealed",
        left: Left::NothingOpens,
        alters: "trust-alters-database",
        tests: &[
            "a_person_who_was_moved_to_another_household_stays_closed_there",
            "an_edited_detail_is_named",
            "an_altered_row_is_named_and_an_altered_export_too",
            "a_restored_log_is_refused_and_a_longer_one_is_gone_on_with",
        ],
    },
    Row {
        attacker: Attacker::DatabaseAdministrator,
        shapes: WITNESSED,
        opens: "trust-opens-sealed",
        left: Left::NothingOpens,
        alters: "trust-alters-database-witnessed",
        tests: &[
            "a_person_who_was_moved_to_another_household_stays_closed_there",
            "an_altered_row_is_named_and_an_altered_export_too",
            "a_backup_of_everything_is_refused_because_the_witnesses_have_seen_more",
        ],
    },
    Row {
        attacker: Attacker::Root,
        shapes: UNWITNESSED,
        opens: "trust-opens-everybody",
        left: Left::NoEntry,
        alters: "trust-alters-all",
        tests: &[
            "keys_and_database_in_one_hand_read_everybody_without_an_entry",
            "a_log_key_thief_s_fork_fails_without_the_witnesses",
        ],
    },
    Row {
        attacker: Attacker::Root,
        shapes: WITNESSED,
        opens: "trust-opens-everybody",
        left: Left::NoEntry,
        alters: "trust-alters-all-witnessed",
        tests: &[
            "keys_and_database_in_one_hand_read_everybody_without_an_entry",
            "a_backup_of_everything_is_refused_because_the_witnesses_have_seen_more",
            "a_log_key_thief_s_fork_fails_without_the_witnesses",
        ],
    },
    Row {
        attacker: Attacker::BackupThief,
        shapes: EVERY,
        opens: "trust-opens-backup",
        left: Left::NothingOpens,
        alters: "trust-alters-nothing",
        tests: &[
            "a_dump_shows_nobody",
            "a_backup_that_was_killed_leaves_no_half_file_and_no_key_in_the_records",
        ],
    },
    Row {
        attacker: Attacker::LogKeyThief,
        shapes: UNWITNESSED,
        opens: "trust-opens-nobody",
        left: Left::NothingOpens,
        alters: "trust-alters-head",
        tests: &[
            "a_log_key_thief_s_fork_fails_without_the_witnesses",
            "the_key_of_a_log_that_has_ended_is_worth_nothing_to_its_thief",
        ],
    },
    Row {
        attacker: Attacker::LogKeyThief,
        shapes: WITNESSED,
        opens: "trust-opens-nobody",
        left: Left::NothingOpens,
        alters: "trust-alters-head-witnessed",
        tests: &[
            "a_log_key_thief_s_fork_fails_without_the_witnesses",
            "cosignatures_of_another_head_do_not_help_the_thief",
            "a_thief_who_only_goes_on_stops_the_log_and_is_disowned_in_public",
            "the_key_of_a_log_that_has_ended_is_worth_nothing_to_its_thief",
        ],
    },
    Row {
        attacker: Attacker::DatabaseAndSealingKey,
        shapes: EVERY,
        opens: "trust-opens-everybody",
        left: Left::NoEntry,
        alters: "trust-alters-sealed",
        tests: &["keys_and_database_in_one_hand_read_everybody_without_an_entry"],
    },
    Row {
        attacker: Attacker::DatabaseAndLogKey,
        shapes: UNWITNESSED,
        opens: "trust-opens-sealed",
        left: Left::NothingOpens,
        alters: "trust-alters-history",
        tests: &[
            "a_dump_shows_nobody",
            "a_log_key_thief_s_fork_fails_without_the_witnesses",
        ],
    },
    Row {
        attacker: Attacker::DatabaseAndLogKey,
        shapes: WITNESSED,
        opens: "trust-opens-sealed",
        left: Left::NothingOpens,
        alters: "trust-alters-history-witnessed",
        tests: &[
            "a_dump_shows_nobody",
            "a_log_key_thief_s_fork_fails_without_the_witnesses",
            "a_backup_of_everything_is_refused_because_the_witnesses_have_seen_more",
        ],
    },
];

/// The rows of a shape.
pub(super) fn of(shape: Shape) -> impl Iterator<Item = &'static Row> {
    ROWS.iter().filter(move |row| row.shapes.contains(&shape))
}
