//! Staff: who they are, how they log in, and their sessions. Names and second factors are sealed.
//!
//! Judging a password or a code is `app`'s work; here is what it is judged against.

use std::collections::HashSet;

use pramaan_domain::id::{LoginId, SiteDeviceId, StaffId};
use pramaan_domain::name::PersonName;
use pramaan_domain::staff::{StaffCode, StaffRole};
use pramaan_domain::time::Timestamp;
use pramaan_keys::{IndexKind, MacKind, SealPurpose};
use zeroize::Zeroizing;

use crate::StoreError;
use crate::db::{ColumnType, Row, Rows, Tx};
use crate::pad::padded;
use crate::sealer::{Sealer, context};
use crate::staff_binding;

/// A name is as long as this before sealing, for thirty letters of any Indian script.
const NAME_BLOCK: usize = 104;

/// Somebody about to be invited.
pub struct NewStaff {
    pub id: StaffId,
    pub code: StaffCode,
    pub name: PersonName,
    pub role: StaffRole,
    /// 0 for the staff of a district.
    pub centre: i64,
    pub district: i64,
}

/// A member of staff, nothing sealed opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StaffRow {
    pub id: StaffId,
    pub code: StaffCode,
    pub role: StaffRole,
    pub centre: i64,
    pub district: i64,
    pub state: StaffState,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StaffState {
    /// Has a link and no password yet.
    Invited,
    Active,
    /// Logs in no more, and nobody else gets the code.
    Ended,
}

impl StaffState {
    pub(crate) const fn code(self) -> &'static str {
        match self {
            Self::Invited => "invited",
            Self::Active => "active",
            Self::Ended => "ended",
        }
    }
}

/// What a login is judged against.
pub struct Credentials {
    pub staff: StaffRow,
    pub password_hash: Option<String>,
    /// Still sealed: [`open_second_factor`].
    pub second_factor: Option<Vec<u8>>,
    /// The last time step whose code was used.
    pub last_step: i64,
}

/// Stores somebody who is invited. A code that is taken is a `UniqueViolation`.
pub async fn insert(tx: &mut Tx, sealer: &Sealer, new: &NewStaff, now: Timestamp) -> Result<(), StoreError> {
    let name = sealer.keys.seal(
        SealPurpose::Staff,
        &context("staff", "name", new.id),
        &padded(new.name.as_str().as_bytes(), NAME_BLOCK),
        &*sealer.entropy,
    );
    let row = StaffRow {
        id: new.id,
        code: new.code.clone(),
        role: new.role,
        centre: new.centre,
        district: new.district,
        state: StaffState::Invited,
    };
    tx.execute(
        "-- store::staff::insert
         insert into staff (id, code, name, role, centre, district, totp_last_step, state, created_at, binding_mac)
         values ($1, $2, $3, $4, $5, $6, 0, $7, $8, $9)",
        &[
            new.id.into(),
            new.code.as_str().into(),
            name.into(),
            new.role.code().into(),
            new.centre.into(),
            new.district.into(),
            row.state.code().into(),
            now.into(),
            staff_binding::of_row(sealer, &row).into(),
        ],
    )
    .await?;
    Ok(())
}

/// Stores an invitation's link.
pub async fn insert_link(
    tx: &mut Tx,
    sealer: &Sealer,
    (staff, token): (StaffId, &str),
    expires_at: Timestamp,
) -> Result<(), StoreError> {
    tx.execute(
        "-- store::staff::insert_link
         insert into staff_link (token_mac, staff, shown, expires_at, binding_mac) values ($1, $2, 0, $3, $4)",
        &[
            link_mac(sealer, token).into(),
            staff.into(),
            expires_at.into(),
            staff_binding::of_link(sealer, token, staff, expires_at).into(),
        ],
    )
    .await?;
    Ok(())
}

/// Whom a link is for, and how often its page was opened.
pub struct Link {
    pub staff: StaffRow,
    pub shown: i64,
}

/// A link that can still be used.
///
/// # Errors
/// `Misplaced`, with an alarm, when it was made for somebody else; so for every account here that is not as we wrote it.
pub async fn by_link(
    tx: &mut Tx,
    sealer: &Sealer,
    token: &str,
    now: Timestamp,
) -> Result<Option<Link>, StoreError> {
    let row = tx
        .query_opt(
            "-- store::staff::by_link
             select s.id, s.code, s.role, s.centre, s.district, s.state, s.binding_mac, l.shown, l.expires_at
               , l.binding_mac
             from staff_link l join staff s on s.id = l.staff
             where l.token_mac = $1 and l.used_at is null and l.expires_at > $2",
            &[link_mac(sealer, token).into(), now.into()],
        )
        .await?;
    let Some(row) = row else { return Ok(None) };
    let staff = staff(sealer, &row)?;
    let bound = staff_binding::of_link(sealer, token, staff.id, row.timestamp(8)?);
    staff_binding::check("staff_link", row.blob(9)?, &bound)?;
    Ok(Some(Link {
        staff,
        shown: row.int(7)?,
    }))
}

/// Counts an opening of a link's page, if the link can still be used.
pub async fn count_showing(
    tx: &mut Tx,
    sealer: &Sealer,
    token: &str,
    now: Timestamp,
) -> Result<(), StoreError> {
    tx.execute(
        "-- store::staff::count_showing
         update staff_link set shown = shown + 1
         where token_mac = $1 and used_at is null and expires_at > $2",
        &[link_mac(sealer, token).into(), now.into()],
    )
    .await?;
    Ok(())
}

/// How many links for people of a role at a place can still be used.
pub async fn outstanding(
    tx: &mut Tx,
    role: StaffRole,
    (district, centre): (i64, i64),
    now: Timestamp,
) -> Result<i64, StoreError> {
    tx.query_one(
        "-- store::staff::outstanding
         select count(*) from staff s join staff_link l on l.staff = s.id
         where s.district = $1 and s.centre = $2 and s.role = $3 and l.used_at is null and l.expires_at > $4",
        &[district.into(), centre.into(), role.code().into(), now.into()],
    )
    .await?
    .int(0)
}

/// A password and second factor that were just chosen.
pub struct Enrolled<'a> {
    /// As the link's page had it.
    pub staff: StaffRow,
    pub password_hash: &'a str,
    pub second_factor: &'a [u8],
    /// Which showing of the link's page it was made for.
    pub shown: i64,
    /// The step of the code that proved the second factor.
    pub step: i64,
}

/// Spends a link and stores what was chosen; `false` when the link was spent, or its page opened again, meanwhile.
pub async fn enrol(
    tx: &mut Tx,
    sealer: &Sealer,
    token: &str,
    enrolled: Enrolled<'_>,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let spent = tx
        .execute(
            "-- store::staff::spend_link
             update staff_link set used_at = $2
             where token_mac = $1 and staff = $3 and used_at is null and expires_at > $2 and shown = $4",
            &[
                link_mac(sealer, token).into(),
                now.into(),
                enrolled.staff.id.into(),
                enrolled.shown.into(),
            ],
        )
        .await?;
    if spent == 0 {
        return Ok(false);
    }
    let sealed = seal_second_factor(sealer, enrolled.staff.id, enrolled.second_factor);
    let row = StaffRow {
        state: StaffState::Active,
        ..enrolled.staff
    };
    tx.execute(
        "-- store::staff::enrol
         update staff set password_hash = $2, totp = $3, totp_last_step = $4, state = $5, binding_mac = $6 where id = $1",
        &[
            row.id.into(),
            enrolled.password_hash.into(),
            sealed.into(),
            enrolled.step.into(),
            row.state.code().into(),
            staff_binding::of_row(sealer, &row).into(),
        ],
    )
    .await?;
    Ok(true)
}

/// What somebody who says they have this code must show. The same work whether anybody has it or not.
pub async fn credentials(
    tx: &mut Tx,
    sealer: &Sealer,
    code: &str,
) -> Result<Option<Credentials>, StoreError> {
    let row = tx
        .query_opt(
            "-- store::staff::credentials
             select id, code, role, centre, district, state, binding_mac, password_hash, totp, totp_last_step
             from staff where code = $1",
            &[code.into()],
        )
        .await?;
    let Some(row) = row else {
        staff_binding::compare_nobody(sealer, code);
        return Ok(None);
    };
    Ok(Some(Credentials {
        staff: staff(sealer, &row)?,
        password_hash: row.opt_text(7)?.map(str::to_owned),
        second_factor: row.opt_blob(8)?.map(<[u8]>::to_vec),
        last_step: row.int(9)?,
    }))
}

pub fn seal_second_factor(sealer: &Sealer, staff: StaffId, secret: &[u8]) -> Vec<u8> {
    sealer.keys.seal(
        SealPurpose::Totp,
        &context("staff", "totp", staff),
        secret,
        &*sealer.entropy,
    )
}

pub fn open_second_factor(
    sealer: &Sealer,
    staff: StaffId,
    sealed: &[u8],
) -> Result<Zeroizing<Vec<u8>>, StoreError> {
    Ok(sealer
        .keys
        .open(SealPurpose::Totp, &context("staff", "totp", staff), sealed)?)
}

/// Uses up a time step; `false` when it, or a later one, was used before, or the account has ended meanwhile.
pub async fn use_step(tx: &mut Tx, staff: StaffId, step: i64) -> Result<bool, StoreError> {
    let used = tx
        .execute(
            "-- store::staff::use_step
             update staff set totp_last_step = $2 where id = $1 and totp_last_step < $2 and state = $3",
            &[staff.into(), step.into(), StaffState::Active.code().into()],
        )
        .await?;
    Ok(used == 1)
}

/// A session that goes on.
pub struct Session {
    pub login: LoginId,
    pub staff: StaffRow,
    pub place: LoginPlace,
    pub created_at: Timestamp,
    pub last_seen_at: Timestamp,
    /// When its shared device was locked by hand.
    pub locked_at: Option<Timestamp>,
}

/// Where a login works.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LoginPlace {
    /// 0 for the staff of a district.
    pub centre: i64,
    /// The shared device that it is on, if it is on one.
    pub device: Option<SiteDeviceId>,
}

/// A login about to be stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NewLogin {
    pub staff: StaffId,
    pub login: LoginId,
    pub place: LoginPlace,
}

pub async fn insert_login(
    tx: &mut Tx,
    sealer: &Sealer,
    (new, token): (NewLogin, &str),
    now: Timestamp,
) -> Result<(), StoreError> {
    tx.execute(
        "-- store::staff::insert_login
         insert into staff_login (token_ix, login, staff, centre, device, created_at, last_seen_at, binding_mac)
         values ($1, $2, $3, $4, $5, $6, $6, $7)",
        &[
            token_ix(sealer, token).into(),
            new.login.into(),
            new.staff.into(),
            new.place.centre.into(),
            new.place.device.into(),
            now.into(),
            staff_binding::of_login(sealer, token, &new, now).into(),
        ],
    )
    .await?;
    Ok(())
}

/// Whose login a token was, ended ones included, for as long as its row is kept. It lets nobody in.
///
/// # Errors
/// As [`session`].
pub async fn whose(tx: &mut Tx, sealer: &Sealer, token: &str) -> Result<Option<StaffId>, StoreError> {
    let row = tx
        .query_opt(
            "-- store::staff::whose
             select staff, login, centre, device, created_at, binding_mac from staff_login where token_ix = $1",
            &[token_ix(sealer, token).into()],
        )
        .await?;
    let Some(row) = row else { return Ok(None) };
    let login = NewLogin {
        staff: row.parse(0)?,
        login: row.parse(1)?,
        place: LoginPlace {
            centre: row.int(2)?,
            device: row.opt_parse(3)?,
        },
    };
    let bound = staff_binding::of_login(sealer, token, &login, row.timestamp(4)?);
    staff_binding::check("staff_login", row.blob(5)?, &bound)?;
    Ok(Some(login.staff))
}

/// The session of a token, unless it was ended.
///
/// # Errors
/// `Misplaced`, with an alarm, when it is another's than who logged in, or the account is not as we wrote it.
pub async fn session(tx: &mut Tx, sealer: &Sealer, token: &str) -> Result<Option<Session>, StoreError> {
    let row = tx
        .query_opt(
            "-- store::staff::session
             select s.id, s.code, s.role, s.centre, s.district, s.state, s.binding_mac, l.login, l.created_at
               , l.last_seen_at, l.binding_mac, l.centre, l.device, l.locked_at
             from staff_login l join staff s on s.id = l.staff where l.token_ix = $1 and l.ended_at is null",
            &[token_ix(sealer, token).into()],
        )
        .await?;
    let Some(row) = row else { return Ok(None) };
    let (staff, login, created_at) = (staff(sealer, &row)?, row.parse(7)?, row.timestamp(8)?);
    let place = LoginPlace {
        centre: row.int(11)?,
        device: row.opt_parse(12)?,
    };
    let new = NewLogin {
        staff: staff.id,
        login,
        place,
    };
    let bound = staff_binding::of_login(sealer, token, &new, created_at);
    staff_binding::check("staff_login", row.blob(10)?, &bound)?;
    Ok(Some(Session {
        login,
        staff,
        place,
        created_at,
        last_seen_at: row.timestamp(9)?,
        locked_at: row.opt_timestamp(13)?,
    }))
}

/// Moves a login that is on no shared device to another centre; answers it as it is now.
pub async fn move_login(
    tx: &mut Tx,
    sealer: &Sealer,
    (session, token): (&Session, &str),
    centre: i64,
) -> Result<NewLogin, StoreError> {
    let moved = NewLogin {
        staff: session.staff.id,
        login: session.login,
        place: LoginPlace {
            centre,
            device: session.place.device,
        },
    };
    tx.execute(
        "-- store::staff::move_login
         update staff_login set centre = $2, binding_mac = $3 where token_ix = $1",
        &[
            token_ix(sealer, token).into(),
            centre.into(),
            staff_binding::of_login(sealer, token, &moved, session.created_at).into(),
        ],
    )
    .await?;
    Ok(moved)
}

/// Locks a login: only a PIN, or a new login, goes on from there.
pub async fn lock_login(tx: &mut Tx, sealer: &Sealer, token: &str, now: Timestamp) -> Result<(), StoreError> {
    tx.execute(
        "-- store::staff::lock_login
         update staff_login set locked_at = $2 where token_ix = $1 and locked_at is null",
        &[token_ix(sealer, token).into(), now.into()],
    )
    .await?;
    Ok(())
}

pub async fn touch(tx: &mut Tx, sealer: &Sealer, token: &str, now: Timestamp) -> Result<(), StoreError> {
    tx.execute(
        "-- store::staff::touch
         update staff_login set last_seen_at = $2 where token_ix = $1 and last_seen_at < $2",
        &[token_ix(sealer, token).into(), now.into()],
    )
    .await?;
    Ok(())
}

pub async fn end_login(tx: &mut Tx, sealer: &Sealer, token: &str, now: Timestamp) -> Result<(), StoreError> {
    tx.execute(
        "-- store::staff::end_login
         update staff_login set ended_at = $2 where token_ix = $1 and ended_at is null",
        &[token_ix(sealer, token).into(), now.into()],
    )
    .await?;
    Ok(())
}

/// Which of these codes somebody has.
pub async fn taken(tx: &mut Tx, codes: &[StaffCode]) -> Result<HashSet<String>, StoreError> {
    let mut taken = HashSet::new();
    for rows in Rows::cut(
        tx.engine(),
        &[],
        [ColumnType::Text],
        codes.iter().map(|code| [code.as_str().into()]),
    ) {
        let sql = format!(
            "-- store::staff::taken
             with v (code) as ({rows}) select s.code from staff s join v on v.code = s.code"
        );
        for row in tx.query(&sql, rows.params()).await? {
            taken.insert(row.text(0)?.to_owned());
        }
    }
    Ok(taken)
}

/// Everybody of a centre whose account has not ended, by code.
pub async fn of_centre(tx: &mut Tx, sealer: &Sealer, centre: i64) -> Result<Vec<StaffRow>, StoreError> {
    let rows = tx
        .query(
            "-- store::staff::of_centre
             select id, code, role, centre, district, state, binding_mac from staff
             where centre = $1 and state <> $2 order by code",
            &[centre.into(), StaffState::Ended.code().into()],
        )
        .await?;
    rows.iter().map(|row| staff(sealer, row)).collect()
}

/// The site managers of a district whose accounts have not ended, by code.
pub async fn managers_of(tx: &mut Tx, sealer: &Sealer, district: i64) -> Result<Vec<StaffRow>, StoreError> {
    let rows = tx
        .query(
            "-- store::staff::managers_of
             select id, code, role, centre, district, state, binding_mac from staff
             where district = $1 and role = $2 and state <> $3 order by code",
            &[
                district.into(),
                StaffRole::SiteManager.code().into(),
                StaffState::Ended.code().into(),
            ],
        )
        .await?;
    rows.iter().map(|row| staff(sealer, row)).collect()
}

/// The officers of a district who can log in, by code. A row that somebody changed is none.
pub async fn officers_of(tx: &mut Tx, sealer: &Sealer, district: i64) -> Result<Vec<StaffRow>, StoreError> {
    let rows = tx
        .query(
            "-- store::staff::officers_of
             select id, code, role, centre, district, state, binding_mac from staff
             where district = $1 and role = $2 and state = $3 order by code",
            &[
                district.into(),
                StaffRole::DistrictAdmin.code().into(),
                StaffState::Active.code().into(),
            ],
        )
        .await?;
    Ok(rows.iter().filter_map(|row| staff(sealer, row).ok()).collect())
}

/// Who has a code, ended or not.
pub async fn by_code(tx: &mut Tx, sealer: &Sealer, code: &StaffCode) -> Result<Option<StaffRow>, StoreError> {
    let row = tx
        .query_opt(
            "-- store::staff::by_code
             select id, code, role, centre, district, state, binding_mac from staff where code = $1",
            &[code.as_str().into()],
        )
        .await?;
    row.map(|row| staff(sealer, &row)).transpose()
}

/// Who has an id, ended or not.
pub async fn by_id(tx: &mut Tx, sealer: &Sealer, id: StaffId) -> Result<Option<StaffRow>, StoreError> {
    let row = tx
        .query_opt(
            "-- store::staff::by_id
             select id, code, role, centre, district, state, binding_mac from staff where id = $1",
            &[id.into()],
        )
        .await?;
    row.map(|row| staff(sealer, &row)).transpose()
}

/// The columns `id, code, role, centre, district, state, binding_mac`.
///
/// # Errors
/// `Misplaced`, with an alarm, when the row was not written by us as it stands.
pub(crate) fn staff(sealer: &Sealer, row: &Row) -> Result<StaffRow, StoreError> {
    let read = StaffRow {
        id: row.parse(0)?,
        code: StaffCode::parse(row.text(1)?).map_err(|_| row.inconsistent(1, "a staff code"))?,
        role: StaffRole::parse(row.text(2)?).map_err(|_| row.inconsistent(2, "a role"))?,
        centre: row.int(3)?,
        district: row.int(4)?,
        state: match row.text(5)? {
            "invited" => StaffState::Invited,
            "active" => StaffState::Active,
            "ended" => StaffState::Ended,
            _ => return Err(row.inconsistent(5, "a state of staff")),
        },
    };
    staff_binding::check("staff", row.blob(6)?, &staff_binding::of_row(sealer, &read))?;
    Ok(read)
}

fn link_mac(sealer: &Sealer, token: &str) -> [u8; 32] {
    sealer.keys.mac(MacKind::EnrolmentLink, &[token.as_bytes()])
}

fn token_ix(sealer: &Sealer, token: &str) -> Vec<u8> {
    sealer
        .keys
        .index(IndexKind::Login, token.as_bytes())
        .as_bytes()
        .to_vec()
}

/// Deletes up to `most` logins that began before `before`; answers how many.
pub async fn purge_logins(tx: &mut Tx, before: Timestamp, most: u32) -> Result<u64, StoreError> {
    tx.execute(
        "-- store::staff::purge_logins
         delete from staff_login where token_ix in (
             select token_ix from staff_login where created_at < $1 limit $2)",
        &[before.into(), most.into()],
    )
    .await
}

/// Deletes up to `most` invitations that expired before `before`, used or not; answers how many.
pub async fn purge_links(tx: &mut Tx, before: Timestamp, most: u32) -> Result<u64, StoreError> {
    tx.execute(
        "-- store::staff::purge_links
         delete from staff_link where token_mac in (
             select token_mac from staff_link where expires_at < $1 limit $2)",
        &[before.into(), most.into()],
    )
    .await
}
