//! How much of everything.

#[derive(Clone, Copy)]
pub(crate) struct Size {
    pub(crate) rounds: usize,
    pub(crate) sessions: usize,
    /// Milliseconds of load in one run against a clock.
    pub(crate) run_millis: u64,
    /// Bookings in one run.
    pub(crate) bookings: usize,
    /// Clients that book, or open records, at the same time.
    pub(crate) clients: usize,
    /// People whose records are opened.
    pub(crate) people: usize,
    pub(crate) distinct_requests: usize,
    pub(crate) starts: usize,
    pub(crate) appends: usize,
    /// Entries of the audited log, and its publications.
    pub(crate) audited: (u64, u64),
    /// Entries of the log in which some are proven, and how many are.
    pub(crate) proven: (u64, u64),
    /// Entries about strangers on each day of the year that is taken home.
    pub(crate) entries_a_day: usize,
}

pub(crate) const FULL: Size = Size {
    rounds: 5,
    sessions: 20_000,
    run_millis: 3_000,
    bookings: 4_000,
    clients: 512,
    people: 4_000,
    distinct_requests: 10_000,
    starts: 5,
    appends: 200,
    audited: (2_000_000, 200),
    proven: (100_000_077, 5_000),
    entries_a_day: 2_740,
};

/// Shows that every part runs.
pub(crate) const SMOKE: Size = Size {
    rounds: 2,
    sessions: 400,
    run_millis: 150,
    bookings: 24,
    clients: 8,
    people: 12,
    distinct_requests: 100,
    starts: 1,
    appends: 5,
    audited: (2_000, 3),
    proven: (70_077, 20),
    entries_a_day: 3,
};
