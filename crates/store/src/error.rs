//! What can go wrong between a use case and its database, in words that hold no value of any parameter.
//!
//! Drivers put offending values into their messages ("Key (mobile)=(…) already exists"), so no driver error is kept as
//! a source: only its code, and its sentence where that sentence can speak of nothing but the statement's own text.

use std::sync::Arc;

/// A statement, a transaction or a whole database failed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    /// Another process holds the database's lock. Nothing was written; try again.
    #[error("the database is locked by another process; nothing was written, try again")]
    Busy,
    /// As many as can wait for the database do. Nothing was begun; whoever tries again at once makes it worse.
    #[error("too many are waiting for the database; nothing was begun, try again in some seconds")]
    Crowded,
    /// Nothing was written; the database stays readable.
    #[error("the disk of the database is full; nothing was written, free some space and try again")]
    DiskFull,
    /// No connection, a broken one, or a database that stopped itself after a failed write.
    #[error("the database is unavailable: {reason}")]
    Unavailable { reason: String },
    /// A unique or primary key refused the row. `table` is its table on both engines.
    #[error("{statement}: a row with this key is already in {table}")]
    UniqueViolation { statement: Arc<str>, table: String },
    /// Two transactions met (deadlock or serialization failure) and this one gave way. Run it again from its start.
    #[error("another transaction was in the way; nothing was written, run it again")]
    Serialization,
    /// A row does not hold what the schema promises.
    #[error("{statement}: column {column} is not {expected}")]
    Inconsistent {
        statement: Arc<str>,
        /// Counted from 0.
        column: usize,
        expected: &'static str,
    },
    /// `query_one` found none or more than one row.
    #[error("{statement}: expected one row, found {found}")]
    RowCount { statement: Arc<str>, found: usize },
    /// The engine refused the statement. `reason` never holds a parameter's value.
    #[error("{statement}: {reason} ({code})")]
    Statement {
        statement: Arc<str>,
        /// SQLSTATE on PostgreSQL, the extended result code on SQLite, `seam` for the seam itself.
        code: String,
        reason: String,
    },
    /// The work went on after a statement had failed and then reported success.
    #[error("{transaction}: rolled back, because one of its statements had failed")]
    Aborted { transaction: &'static str },
    /// The work panicked; its transaction was rolled back.
    #[error("{transaction}: rolled back, because its code panicked")]
    Panicked { transaction: &'static str },
    /// On SQLite the work waited for something other than its transaction.
    #[error("{transaction}: rolled back, because it waited for something other than the database")]
    Suspended { transaction: &'static str },
    /// The database would lose acknowledged writes at a power cut.
    #[error("refusing to start: {setting} is {value}, so acknowledged writes could be lost; {remedy}")]
    Durability {
        setting: &'static str,
        value: String,
        remedy: &'static str,
    },
    /// A newer program has migrated this database.
    #[error(
        "the database has schema version {found}, this program knows up to {known}: start the newer program"
    )]
    SchemaTooNew { found: i64, known: i64 },
    /// This program needs migrations that the database has not had.
    #[error(
        "the database has schema version {found}, this program needs {known}: run `pramaan migrate` first"
    )]
    SchemaTooOld { found: i64, known: i64 },
    /// A migration that was applied here has another text in this program.
    #[error(
        "migration {name} was applied to this database with another text: before the first release that happens, and the data folder is to be made anew; after it, start the program that applied it"
    )]
    SchemaDiffers { name: String },
    /// The receipt is older than thirty seconds: write a new entry.
    #[error("the receipt for this opening has expired: ask again")]
    ReceiptExpired,
    /// This node's clock and the database's differ by more than five seconds: nothing is opened until they agree.
    #[error(
        "this node's clock is {seconds} s off the database's, so nothing may be opened: set it right, by NTP for example"
    )]
    ClockOff {
        /// Positive when this node is ahead.
        seconds: i64,
    },
    /// The receipt does not name the field that this function opens.
    #[error("the receipt does not name {field}")]
    NotNamed { field: &'static str },
    /// The person's keys are gone, so there is nothing left to open and nothing to log.
    #[error("the record was erased")]
    Erased,
    /// No access log was begun here, or its head cannot be signed. Nothing opens without one.
    #[error("there is no access log to write to: run `pramaan init` first")]
    NoLog,
    /// A successor needs a name of its own: under one name there is one log.
    #[error(
        "a log called {origin} was here before, and one name is one log: give the successor another, such as next year's"
    )]
    LogNamed { origin: String },
    /// A log that ends is numbered behind those before it, in public and for good, so their numbers have to be right.
    #[error(
        "the log was not ended, because those before it are not numbered 1, 2, 3 and so on in access_before: in their order, the row \
         in place {place} is not number {place}. It was altered or added, or one before it deleted: put the rows right, by hand or \
         from a backup (`pramaan log check` names what was altered), and give the command again"
    )]
    BeforeNumbers { place: u64 },
    /// The database took no entry, though it answers: nothing may be opened. `reason` names statements, never values.
    #[error("the access log cannot be written, so nothing was opened: {reason}")]
    LogUnwritable { reason: String },
    /// No quorum of witnesses has signed the log's head for too long: nothing may be opened, and doses are recorded on.
    #[error(
        "the witnesses of the access log have not signed its head for {seconds} s, so nothing may be opened: see that they are \
         reached (`pramaan witness status` on their machines)"
    )]
    Unwitnessed { seconds: i64 },
    /// Fewer witnesses sign the newest head than the policy asks for: it is not published, and records are opened on until
    /// [`Self::Unwitnessed`].
    #[error(
        "the head of the access log waits for its witnesses, the last of whose signatures is {seconds} s old: what was entered \
         since is not published yet"
    )]
    Uncosigned { seconds: i64 },
    /// The witnesses have not said since the start what they have seen of the log, or have never signed it: nothing is opened
    /// before, and nothing signed before they answer, since all of a folder may have been put back to an older state.
    #[error(
        "too few witnesses of the access log have answered since this start, so nothing may be opened: see that they are reached \
         and know this log (`pramaan witness status` on their machines)"
    )]
    Unanswered,
    /// Other nodes have written more entries since than are compared while the head is locked. Try again.
    #[error("the access log has {entries} entries of other nodes that are yet to be compared; try again")]
    LogAhead { entries: u64 },
    /// A sealed or encoded value does not read as what it was written as.
    #[error("{table}.{column} does not hold what was written there")]
    Corrupt {
        table: &'static str,
        column: &'static str,
    },
    /// Rows of the access log do not give what was signed: they were cut, altered or lost. Nothing of it is published.
    #[error(
        "the access log is damaged at {file}: its rows in the database do not give what was signed, so it is not published; \
         `pramaan log check` names the entries"
    )]
    LogDamaged { file: String },
    /// A row names a household that it was not written for: somebody with access to the database has moved it.
    #[error("a row of {table} does not belong to the household that it names; nothing was opened")]
    Misplaced { table: &'static str },
    /// A key does not open what it should.
    #[error("a sealed value could not be opened: {reason}")]
    Unreadable { reason: String },
    /// The log in the database is not the one that was signed here.
    #[error(transparent)]
    Fork(#[from] crate::outside::Fork),
    /// The database's address cannot be read.
    #[error("the database address must be sqlite://PATH or postgres://…: {reason}")]
    Url { reason: &'static str },
}

impl StoreError {
    /// Whether the same work, run again from its start, may succeed.
    pub fn is_retryable(&self) -> bool {
        matches!(self, Self::Busy | Self::Serialization | Self::LogAhead { .. })
    }

    /// What a failed append means to whoever wanted to read: the log cannot be written, unless the error says something
    /// else that they can act on.
    pub(crate) fn of_log(self) -> Self {
        match self {
            Self::Busy
            | Self::Crowded
            | Self::Serialization
            | Self::DiskFull
            | Self::Unavailable { .. }
            | Self::ClockOff { .. }
            | Self::Unwitnessed { .. }
            | Self::Unanswered
            | Self::Erased
            | Self::NoLog
            | Self::LogAhead { .. }
            | Self::Misplaced { .. }
            | Self::Fork(_) => self,
            other => Self::LogUnwritable {
                reason: other.to_string(),
            },
        }
    }

    /// The error for a sealed or encoded value that does not read back.
    pub fn corrupt(table: &'static str, column: &'static str) -> Self {
        Self::Corrupt { table, column }
    }

    /// The error for a part of the published log whose rows do not give what was signed.
    pub(crate) fn damaged(file: &str) -> Self {
        Self::LogDamaged {
            file: file.to_owned(),
        }
    }

    /// The error for a row that was moved to another household, with an alarm in the log: no software of ours does that.
    pub(crate) fn misplaced(table: &'static str) -> Self {
        tracing::error!(
            table,
            "ALARM: a row was moved to another household; look for who can write the database"
        );
        Self::Misplaced { table }
    }

    pub(crate) fn unavailable(reason: impl ToString) -> Self {
        Self::Unavailable {
            reason: reason.to_string(),
        }
    }

    pub(crate) fn seam(statement: &Arc<str>, reason: impl Into<String>) -> Self {
        Self::Statement {
            statement: Arc::clone(statement),
            code: "seam".to_owned(),
            reason: reason.into(),
        }
    }
}

impl From<pramaan_keys::KeyError> for StoreError {
    fn from(error: pramaan_keys::KeyError) -> Self {
        Self::Unreadable {
            reason: error.to_string(),
        }
    }
}
