//! What districts ask centres and centres answer: added to, never changed.

use pramaan_domain::id::MatterId;
use pramaan_domain::review::{Act, Topic};
use pramaan_domain::staff::Reason;
use pramaan_domain::time::Timestamp;
use pramaan_keys::{MacKind, SealPurpose};

use crate::StoreError;
use crate::db::{Row, Tx};
use crate::pad::{padded, unpadded};
use crate::sealer::{Sealer, context};
use crate::staff_binding::check;

/// Three hundred letters of any Indian script.
const WORD_BLOCK: usize = 1_024;

/// One thing that was done about a matter. `by` is a staff code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Review {
    pub district: i64,
    pub matter: MatterId,
    /// From 0 within the matter.
    pub seq: i64,
    pub centre: i64,
    pub topic: Topic,
    pub act: Act,
    pub by: String,
    pub word: Reason,
    pub at: Timestamp,
}

/// Whether it was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Added {
    Yes,
    /// Somebody wrote the same `seq` of the matter before.
    Behind,
}

pub async fn add(tx: &mut Tx, sealer: &Sealer, review: &Review) -> Result<Added, StoreError> {
    let word = sealer.keys.seal(
        SealPurpose::Staff,
        &place(review.matter, review.seq),
        &padded(review.word.as_str().as_bytes(), WORD_BLOCK),
        &*sealer.entropy,
    );
    let added = tx
        .execute(
            "-- store::review::add
             insert into review (district, matter, seq, centre, topic, act, by_staff, word, at, binding_mac)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) on conflict (district, matter, seq) do nothing",
            &[
                review.district.into(),
                review.matter.into(),
                review.seq.into(),
                review.centre.into(),
                review.topic.code().into(),
                review.act.code().into(),
                review.by.as_str().into(),
                word.into(),
                review.at.into(),
                binding(sealer, review).into(),
            ],
        )
        .await?;
    Ok(if added == 1 { Added::Yes } else { Added::Behind })
}

const COLUMNS: &str = "district, matter, seq, centre, topic, act, by_staff, word, at, binding_mac";

/// What was done about one matter, in order.
///
/// # Errors
/// `Misplaced`, with an alarm, when a line is not as we wrote it; so for the list.
pub async fn of_matter(
    tx: &mut Tx,
    sealer: &Sealer,
    (district, matter): (i64, MatterId),
) -> Result<Vec<Review>, StoreError> {
    let sql = format!(
        "-- store::review::of_matter
         select {COLUMNS} from review where district = $1 and matter = $2 order by seq"
    );
    let rows = tx.query(&sql, &[district.into(), matter.into()]).await?;
    rows.iter().map(|row| read(sealer, row)).collect()
}

/// What was done since an instant about the matters of a district that are not seen yet, by matter and in order.
pub async fn open_since(
    tx: &mut Tx,
    sealer: &Sealer,
    (district, since): (i64, Timestamp),
    most: u32,
) -> Result<Vec<Review>, StoreError> {
    let sql = format!(
        "-- store::review::open_since
         select {COLUMNS} from review where district = $1 and at >= $2 and not exists (
             select 1 from review s where s.district = review.district and s.matter = review.matter
               and s.act = 'seen')
         order by at, matter, seq limit $3"
    );
    let params = [district.into(), since.into(), most.into()];
    let rows = tx.query(&sql, &params).await?;
    rows.iter().map(|row| read(sealer, row)).collect()
}

/// Deletes up to `most` from before `before`; answers how many.
pub async fn purge(tx: &mut Tx, before: Timestamp, most: u32) -> Result<u64, StoreError> {
    tx.execute(
        "-- store::review::purge
         delete from review where (district, matter, seq) in (
             select district, matter, seq from review where at < $1 limit $2)",
        &[before.into(), most.into()],
    )
    .await
}

fn place(matter: MatterId, seq: i64) -> Vec<u8> {
    context("review", "word", format_args!("{matter}|{seq}"))
}

fn read(sealer: &Sealer, row: &Row) -> Result<Review, StoreError> {
    let (matter, seq) = (row.parse(1)?, row.int(2)?);
    let opened = sealer
        .keys
        .open(SealPurpose::Staff, &place(matter, seq), row.blob(7)?)?;
    let word = unpadded(&opened).and_then(|bytes| std::str::from_utf8(bytes).ok());
    let word = word.and_then(|word| Reason::parse(word).ok());
    let review = Review {
        district: row.int(0)?,
        matter,
        seq,
        centre: row.int(3)?,
        topic: Topic::from_code(row.text(4)?).ok_or_else(|| row.inconsistent(4, "a topic"))?,
        act: Act::from_code(row.text(5)?).ok_or_else(|| row.inconsistent(5, "an act of a review"))?,
        by: row.text(6)?.to_owned(),
        word: word.ok_or_else(|| row.inconsistent(7, "a word"))?,
        at: row.timestamp(8)?,
    };
    check("review", row.blob(9)?, &binding(sealer, &review))?;
    Ok(review)
}

/// The word is sealed to its row by its context.
fn binding(sealer: &Sealer, review: &Review) -> [u8; 32] {
    let (district, centre) = (review.district.to_be_bytes(), review.centre.to_be_bytes());
    let (seq, at) = (review.seq.to_be_bytes(), review.at.micros().to_be_bytes());
    let parts: [&[u8]; 8] = [
        &district,
        review.matter.as_bytes(),
        &seq,
        &centre,
        review.topic.code().as_bytes(),
        review.act.code().as_bytes(),
        review.by.as_bytes(),
        &at,
    ];
    sealer.keys.mac(MacKind::Review, &parts)
}
