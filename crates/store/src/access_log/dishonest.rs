//! What an administrator could do who can write the database and has no keys. The demonstration does it to itself, to show
//! that it is found; nothing else calls this.

use pramaan_tlog::leaf::{Access, ActorClass, Leaf};

use crate::StoreError;
use crate::db::{Row, Tx, Value};
use crate::public_log::number;

/// Leaves that are looked through at once for one that is worth hiding.
const AT_ONCE: i64 = 1_000;

/// A row that was altered, and what stood there.
#[derive(Debug, Clone)]
pub struct Altered {
    pub index: u64,
    before: Before,
}

#[derive(Debug, Clone)]
enum Before {
    Leaf(Vec<u8>),
    Detail(Vec<Value>),
}

/// How a read by staff is made to look like one by a machine.
pub const EDIT: &str = "update access_leaf set leaf = $2 where idx = $1";
/// How a read by staff is taken from the person's list.
pub const DELETE: &str = "delete from access_detail where idx = $1";

/// Makes the newest read by staff before entry `before` one by a machine; `None` when there is none.
pub async fn edit(tx: &mut Tx, before: u64) -> Result<Option<Altered>, StoreError> {
    let Some((index, access)) = newest_by_staff(tx, before).await? else {
        return Ok(None);
    };
    let kept = Leaf::Access(access.clone()).to_bytes();
    let mut forged = access;
    forged.circumstances.actor.class = ActorClass::MachineJob;
    write_leaf(tx, index, Leaf::Access(forged).to_bytes()).await?;
    Ok(Some(Altered {
        index,
        before: Before::Leaf(kept),
    }))
}

/// Deletes the newest read by staff before entry `before` from its person's list; `None` when there is none.
pub async fn delete(tx: &mut Tx, before: u64) -> Result<Option<Altered>, StoreError> {
    let Some((index, _)) = newest_by_staff(tx, before).await? else {
        return Ok(None);
    };
    let row = tx
        .query_opt(
            "-- store::access_log::dishonest_detail
             select household, person, day, i, idx, sealed from access_detail where idx = $1",
            &[number(index).into()],
        )
        .await?;
    let Some(row) = row else { return Ok(None) };
    let kept = values(&row)?;
    tx.execute(DELETE, &[number(index).into()]).await?;
    Ok(Some(Altered {
        index,
        before: Before::Detail(kept),
    }))
}

/// Puts back what stood there.
pub async fn put_back(tx: &mut Tx, altered: Altered) -> Result<(), StoreError> {
    match altered.before {
        Before::Leaf(leaf) => write_leaf(tx, altered.index, leaf).await,
        Before::Detail(values) => {
            tx.execute(
                "-- store::access_log::dishonest_put_back
                 insert into access_detail (household, person, day, i, idx, sealed) values ($1, $2, $3, $4, $5, $6)
                 on conflict (idx) do nothing",
                &values,
            )
            .await?;
            Ok(())
        }
    }
}

async fn write_leaf(tx: &mut Tx, index: u64, leaf: Vec<u8>) -> Result<(), StoreError> {
    tx.execute(EDIT, &[number(index).into(), leaf.into()]).await?;
    Ok(())
}

fn values(row: &Row) -> Result<Vec<Value>, StoreError> {
    Ok(vec![
        row.text(0)?.into(),
        row.text(1)?.into(),
        row.int(2)?.into(),
        row.int(3)?.into(),
        row.int(4)?.into(),
        row.blob(5)?.to_vec().into(),
    ])
}

async fn newest_by_staff(tx: &mut Tx, before: u64) -> Result<Option<(u64, Access)>, StoreError> {
    let mut below = number(before);
    loop {
        let rows = tx
            .query(
                "-- store::access_log::dishonest_newest
                 select idx, leaf from access_leaf where idx < $1 order by idx desc limit $2",
                &[below.into(), AT_ONCE.into()],
            )
            .await?;
        for row in &rows {
            below = row.int(0)?;
            if let Ok(Leaf::Access(access)) = Leaf::from_bytes(row.blob(1)?)
                && access.circumstances.actor.class == ActorClass::Vaccinator
            {
                let index = u64::try_from(below).map_err(|_| row.inconsistent(0, "a position"))?;
                return Ok(Some((index, access)));
            }
        }
        if rows.is_empty() {
            return Ok(None);
        }
    }
}
