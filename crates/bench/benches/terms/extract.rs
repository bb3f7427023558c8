//! What a person takes home of a year: how large it is, and how long somebody needs to check all of it natively.
//!
//! The year is made up and lies ahead, because a log never runs back: entries of strangers on each day, one a day about one
//! person and five in all about another, each day rooted when it is over. The log is smaller than a nation's; how large the
//! same year gets among a hundred million entries is a test of `tlog` (tests/extract/size.rs).

use std::time::Instant;

use anyhow::{Context, Result, ensure};
use pramaan_bench::report::Bound;
use pramaan_bench::spread::Spread;
use pramaan_domain::access::{ActorClass, Basis, Field, FieldSet, Purpose};
use pramaan_domain::time::Timestamp;
use pramaan_store::access_log::{LogClock, extract};
use pramaan_store::{AccessEntry, AccessLog, Actor, StoreError, day_index, public_log};
use pramaan_tlog::extract::{Extract, Trusted};

use crate::Bench;
use crate::data::{Data, ORIGIN, now};
use crate::people::{self, Citizen};

const DAY: i64 = 86_400;
const DAYS: i64 = 365;
/// On every so manieth day there is an entry about the second person: five in a year.
const SELDOM: i64 = 73;
/// Whom the other entries are about.
const STRANGERS: usize = 100;

pub(crate) async fn run(bench: &mut Bench) -> Result<()> {
    let data = Data::init(&bench.program, bench.folder.join("extract")).await?;
    let people = people::register(&data, STRANGERS + 2).await?;
    let [daily, seldom, strangers @ ..] = people.as_slice() else {
        anyhow::bail!("nobody was registered");
    };
    let log = AccessLog::start(data.db.clone(), data.sealer.clone(), ORIGIN, LogClock::Callers);
    let first = now().plus_seconds(DAY);
    for day in 0..DAYS {
        let at = first.plus_seconds(day * DAY);
        let mut entries = vec![entry(daily, Purpose::OwnRecord)];
        entries.extend((day % SELDOM == 0).then(|| entry(seldom, Purpose::OwnRecord)));
        let more = strangers.iter().cycle().take(bench.size.entries_a_day);
        entries.extend(more.map(|citizen| entry(citizen, Purpose::OwnRecord)));
        drop(log.append(entries, at).await.context("appending a day")?);
        root_until(&data, &log, at.plus_seconds(DAY)).await?;
    }
    let end = first.plus_seconds(DAYS * DAY);
    let size = publish(&data, &log, end).await?;
    bench.report.term(
        "extracts",
        format!("{DAYS} days, all rooted, in a log of {size} entries, made through the store"),
    );
    for (citizen, name, most) in [
        (daily, "an entry each day", DAYS as usize),
        (seldom, "five entries", 5),
    ] {
        let file = taken(&data, &log, citizen, (first, end)).await?;
        tell(bench, name, &file, most)?;
    }
    data.db.close().await;
    Ok(())
}

async fn root_until(data: &Data, log: &AccessLog, at: Timestamp) -> Result<()> {
    while day_index::root_next(&data.db, &data.sealer, log, at)
        .await
        .context("rooting a day")?
        .is_some()
    {}
    Ok(())
}

async fn publish(data: &Data, log: &AccessLog, at: Timestamp) -> Result<u64> {
    let head = log.known_head().context("nothing was appended")?;
    let size = head.edge.size();
    let sealer = data.sealer.clone();
    let published = data.db.write("bench::publish", move |tx| {
        Box::pin(async move {
            public_log::publish(tx, (&sealer, ORIGIN), &head, &head.checkpoint, None, at).await
        })
    });
    let published: Result<_, StoreError> = published.await;
    published.context("publishing")?.context("nothing is new")?;
    Ok(size)
}

/// The file, made as the person's page makes it.
async fn taken(
    data: &Data,
    log: &AccessLog,
    citizen: &Citizen,
    (first, end): (Timestamp, Timestamp),
) -> Result<Vec<u8>> {
    let receipts = log
        .append(vec![entry(citizen, Purpose::OwnAccessList)], end)
        .await;
    let receipt = receipts
        .context("asking for an extract")?
        .pop()
        .context("a receipt")?;
    let sealer = data.sealer.clone();
    let days = (first.date(), end.plus_seconds(-DAY).date());
    let draft = data.db.read("bench::extract", move |tx| {
        Box::pin(async move {
            let Some(mut draft) = extract::begin(tx, &sealer, ORIGIN, receipt, days, end).await? else {
                return Ok(None);
            };
            while draft.prove(tx, DAYS as usize).await? {}
            Ok::<_, StoreError>(Some(draft))
        })
    });
    let draft = draft.await.context("making an extract")?;
    Ok(draft.context("nothing was published")?.finish().to_json())
}

fn tell(bench: &mut Bench, what: &str, file: &[u8], entries: usize) -> Result<()> {
    let mut millis = Vec::new();
    for _ in 0..bench.size.rounds {
        let start = Instant::now();
        let held = Extract::parse(file)
            .context("reading an extract")?
            .verify(&Trusted::default())
            .context("checking an extract")?;
        millis.push(start.elapsed().as_secs_f64() * 1e3);
        let found = (held.entries.len(), held.complete.len());
        ensure!(found == (entries, DAYS as usize), "{what}: {found:?}");
    }
    let name = |more: &str| format!("extract, {what}: {more}");
    let one = |values: Vec<f64>| Spread::of(values).context("nothing was measured");
    let (size, took) = (one(vec![file.len() as f64])?, one(millis)?);
    let report = &mut bench.report;
    report.judged(&name("size"), size, 0, "bytes", Bound::AtMost(1e6));
    report.judged(&name("checked natively"), took, 1, "ms", Bound::Below(2_000.0));
    Ok(())
}

fn entry(citizen: &Citizen, purpose: Purpose) -> AccessEntry {
    let fields = match purpose {
        Purpose::OwnAccessList => FieldSet::of(&[Field::AccessList, Field::ViewKey]),
        _ => FieldSet::of(&[Field::Name, Field::BirthYear, Field::Doses]),
    };
    AccessEntry {
        household: citizen.household,
        person: citizen.person,
        actor: Actor {
            class: ActorClass::Citizen,
            organisation: 0,
            district: 0,
            staff: String::new(),
            device: "5c7e64a0-2b5c-4d8e-9a47-0f6d3f1f6f00".to_owned(),
        },
        basis: Basis::PersonOtp,
        purpose,
        fields,
        policy_hash: pramaan_policy::policy_hash(),
        request: "GET /api/v2/appointment/beneficiaries",
        reason: None,
    }
}
