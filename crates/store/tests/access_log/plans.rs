//! Arrays of rows are planned like lists of them on PostgreSQL: no whole table is read for a few of its rows.
//!
//! The plan that counts is the generic one: PostgreSQL goes over to it when a connection has run a statement five times, and
//! it supposes [`SUPPOSED`] rows whatever the arrays hold, so that it looks each row up by an index.

use std::collections::{BTreeMap, BTreeSet};

use pramaan_domain::access::Field;
use pramaan_domain::centre::CentreId;
use pramaan_domain::dose::DoseNumber;
use pramaan_domain::id::{LoginId, SessionId};
use pramaan_domain::place::DistrictId;
use pramaan_domain::reference_id::ReferenceId;
use pramaan_domain::session::{AgeBand, Quota};
use pramaan_domain::slot::Slot;
use pramaan_domain::vaccine::Vaccine;
use pramaan_store::access_log::{self, LogClock, Part};
use pramaan_store::appointment::{self, BookingRequest};
use pramaan_store::db::Transcript;
use pramaan_store::idempotency::RequestKey;
use pramaan_store::session::{self, NewSession, NewSlot};
use pramaan_store::testing::{TestDb, store_test};
use pramaan_store::{AccessLog, Db, Engine, StoreError, Tx, certificate, claim, dose, member, merge, person};
use pramaan_store::{private_member, stock};

use crate::support::{Fixture, NOW, ORIGIN, entry, fixture};

/// Rows that each table has when plans are asked for.
const ROWS: u32 = 100_000;

/// How many rows PostgreSQL supposes in an array that it does not see.
const SUPPOSED: u32 = 10;

fn slot() -> Slot {
    Slot::parse("11:00AM-12:00PM").unwrap()
}

fn session_of_today(id: SessionId) -> NewSession {
    NewSession {
        id,
        centre: CentreId::from_number(1).unwrap(),
        district: DistrictId::from_number(395).unwrap(),
        day: NOW.date(),
        vaccine: Vaccine::Covishield,
        ages: AgeBand::new(18, None).unwrap(),
        slots: vec![NewSlot {
            slot: slot(),
            capacity: vec![(DoseNumber::First, Quota::Online, 9)],
        }],
    }
}

/// Looks at people twice, books, moves and withdraws for them, and reads what is kept of them.
async fn a_day(db: Db, fixture: &Fixture) {
    let log = AccessLog::start(db.clone(), fixture.sealer.clone(), ORIGIN, LogClock::Callers);
    let look = |fields: &[Field]| {
        fixture
            .people
            .iter()
            .map(|subject| entry(*subject, fields))
            .collect()
    };
    log.append(look(&[Field::Name]), NOW).await.unwrap();
    let doses = log.append(look(&[Field::Doses]), NOW).await.unwrap();
    let names = log
        .append(look(&[Field::Name, Field::Mobile]), NOW)
        .await
        .unwrap();
    let mut lists = log.append(look(&[Field::AccessList]), NOW).await.unwrap();
    let (sealer, people) = (fixture.sealer.clone(), fixture.people.clone());
    let newest = Part {
        before: None,
        limit: 9,
    };
    let sessions = [[1; 16], [2; 16]].map(SessionId::from_random);
    let day: Result<(), StoreError> = db
        .write("test::a_day", move |tx| {
            Box::pin(async move {
                session::publish(tx, &sessions.map(session_of_today), NOW).await?;
                let request = BookingRequest {
                    session: sessions[0],
                    slot: slot(),
                    quota: Quota::Online,
                    dose: DoseNumber::First,
                    members: people.clone(),
                    key: Some(RequestKey::new(&sealer, people[0].0, "k", b"request")),
                    message: None,
                };
                let booked = appointment::book(tx, &sealer, &[request], NOW)
                    .await?
                    .remove(0)
                    .unwrap();
                let to = (sessions[1], slot());
                let moved = appointment::reschedule(tx, &people, booked.appointment, to, NOW).await?;
                assert!(moved.is_ok());
                claim::doses_waiting(tx, &people, NOW).await?;
                let gone = appointment::cancel(tx, booked.appointment, &people, NOW).await?;
                assert!(gone.is_ok());
                session::with_seats(tx, &sessions).await?;
                stock::given_in(tx, &sessions).await?;
                person::open(tx, &sealer, names, NOW).await?;
                dose::given(tx, &sealer, doses, NOW).await?;
                access_log::list(tx, &sealer, lists.remove(0), newest, NOW).await?;
                let id = sealer.keys.reference_id(1).unwrap();
                person::by_reference_ids(tx, &sealer, &[ReferenceId::from_number(id).unwrap()]).await?;
                person::rivals(tx, &people).await?;
                member::of_households(tx, &sealer, &[people[0].0]).await?;
                merge::courses(tx, &sealer, &people).await?;
                certificate::of_people(tx, &people).await?;
                private_member::wrong_of(tx, &people).await?;
                private_member::opened_by(tx, &sealer, &people, LoginId::from_random([1; 16]), NOW).await?;
                Ok(())
            })
        })
        .await;
    day.unwrap();
}

/// The statements with rows, by name.
fn with_rows(transcript: &Transcript) -> BTreeMap<String, String> {
    let statements = transcript
        .take()
        .into_iter()
        .filter(|text| text.contains("unnest("));
    statements
        .map(|text| (text.lines().next().unwrap().trim().to_owned(), text))
        .collect()
}

/// Fills the tables of these statements with rows of noise. Nothing that keeps noise out is left.
async fn fill(tx: &mut Tx, statements: &BTreeMap<String, String>) -> Result<(), StoreError> {
    tx.execute("set local session_replication_role = replica", &[])
        .await?;
    let checks = tx
        .query(
            "select cast(conrelid as regclass) || ' drop constraint ' || conname from pg_constraint
             where contype = 'c' and connamespace = cast('public' as regnamespace)",
            &[],
        )
        .await?;
    for check in &checks {
        tx.execute(&format!("alter table {}", check.text(0)?), &[])
            .await?;
    }
    let tables = tx
        .query(
            "select cast(table_name as text), cast(string_agg(case data_type
                 when 'text' then 'md5(''' || column_name || ''' || g)'
                 when 'bytea' then 'decode(md5(''' || column_name || ''' || g), ''hex'')'
                 else '1000000 + g' end, ', ' order by ordinal_position) as text)
             from information_schema.columns where table_schema = 'public' group by table_name",
            &[],
        )
        .await?;
    for table in &tables {
        let (name, noise) = (table.text(0)?, table.text(1)?);
        let asked = format!(" {name} ");
        if statements.values().any(|text| text.contains(&asked)) {
            let rows = format!("select {noise} from generate_series(1, {ROWS}) g on conflict do nothing");
            tx.execute(&format!("insert into {name} {rows}"), &[]).await?;
        }
    }
    Ok(())
}

/// The arguments of a statement: arrays of so many values, and 1 for what is none.
fn arguments(statement: &str, rows: u32) -> String {
    let last = statement
        .split('$')
        .skip(1)
        .filter_map(|rest| rest.split(|c: char| !c.is_ascii_digit()).next()?.parse().ok())
        .max()
        .unwrap_or(0_u32);
    let values: Vec<String> = (1..=rows).map(|n| n.to_string()).collect();
    let array = format!("'{{{}}}'", values.join(","));
    let argument = |n: u32| match statement.contains(&format!("cast(${n} as ")) {
        true => array.clone(),
        false => "'1'".to_owned(),
    };
    (1..=last).map(argument).collect::<Vec<_>>().join(", ")
}

/// The same statement with its rows in a list of values, as SQLite has it.
fn with_values(statement: &str, rows: u32) -> String {
    let (before, rest) = statement.split_once("select * from unnest(").unwrap();
    let (arrays, after) = rest.split_once("[]))").unwrap();
    let types: Vec<&str> = arrays
        .split("cast($")
        .skip(1)
        .map(|array| array.split(" as ").nth(1).unwrap().split("[]").next().unwrap())
        .collect();
    let row = |n: u32| {
        let values = types.iter().map(|name| format!("cast('{n}' as {name})"));
        format!("({})", values.collect::<Vec<_>>().join(", "))
    };
    let list: Vec<String> = (1..=rows).map(row).collect();
    format!("{before}values {}{after}", list.join(", "))
}

/// The tables that are read whole, in the plan for arguments of `rows` rows or, of none, for whatever they are.
async fn whole_tables(tx: &mut Tx, statement: &str, rows: u32) -> Result<BTreeSet<String>, StoreError> {
    let (mode, rows) = match rows {
        0 => ("force_generic_plan", 1),
        rows => ("force_custom_plan", rows),
    };
    tx.execute(&format!("set local plan_cache_mode = {mode}"), &[])
        .await?;
    tx.execute(&format!("prepare planned as {statement}"), &[])
        .await?;
    let explain = format!("explain execute planned ({})", arguments(statement, rows));
    let plan = tx.query(&explain.replace(" ()", ""), &[]).await?;
    tx.execute("deallocate planned", &[]).await?;
    let steps = plan.iter().map(|row| row.text(0).map(str::to_owned));
    let steps: Vec<String> = steps.collect::<Result<_, _>>()?;
    let table = |step: &String| Some(step.split_once("Seq Scan on ")?.1.split(' ').next()?.to_owned());
    Ok(steps.iter().filter_map(table).collect())
}

#[store_test]
async fn arrays_are_planned_like_lists_of_rows(db: TestDb) {
    // On SQLite rows are such lists, and every statement of a booking is looked at.
    if db.engine() == Engine::Sqlite {
        return;
    }
    let fixture = fixture(db, 3).await;
    let transcript = Transcript::default();
    a_day(fixture.db.transcribed(&transcript), &fixture).await;
    let statements = with_rows(&transcript);
    for hot in [
        "access_log::count",
        "person_key::lock",
        "claim::of_persons",
        "appointment::count_seats",
    ] {
        let known = statements.contains_key(&format!("-- store::{hot}"));
        assert!(known, "{hot}: {:?}", statements.keys());
    }
    let looked = fixture.db.write("test::plans", move |tx| {
        Box::pin(async move {
            fill(tx, &statements).await?;
            let mut found = compared(tx, &statements).await?;
            tx.execute("analyze", &[]).await?;
            found.extend(compared(tx, &statements).await?);
            for (name, statement) in &statements {
                for rows in [0, 1, 100] {
                    for table in whole_tables(tx, statement, rows).await? {
                        found.push(format!("{name} reads all of {table} for {rows} rows"));
                    }
                }
            }
            Ok::<_, StoreError>(found)
        })
    });
    let found = looked.await.unwrap();
    assert!(found.is_empty(), "{found:#?}");
}

/// Where arrays make PostgreSQL read a whole table and as many rows in a list do not.
async fn compared(tx: &mut Tx, statements: &BTreeMap<String, String>) -> Result<Vec<String>, StoreError> {
    let mut worse = Vec::new();
    for (name, statement) in statements {
        for (rows, listed) in [(0, SUPPOSED), (1, 1), (100, 100), (1_000, 1_000)] {
            let arrays = whole_tables(tx, statement, rows).await?;
            let lists = whole_tables(tx, &with_values(statement, listed), listed).await?;
            for table in arrays.difference(&lists) {
                worse.push(format!(
                    "{name} reads all of {table} for {rows} rows, with a list not"
                ));
            }
        }
    }
    Ok(worse)
}
