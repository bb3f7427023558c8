//! A file that is shown before it is published: every row as it was read, or what is wrong with it.
//!
//! Nothing is stored in between: the page keeps the file, sealed, and the confirmation reads it again.

use std::collections::HashMap;

use pramaan_domain::centre::CentreId;
use pramaan_domain::place_name::PlaceName;
use pramaan_store::centre;

use super::{planner, spelled};
use crate::availability::Centre;
use crate::import::{Bad, BadRow, Good, ImportError, read_centres, read_sessions};
use crate::session::SessionPlan;
use crate::{App, FormKey, Refusal, Staff, StaffRole};

/// The largest file that a form takes, in bytes: the page that shows it holds it, too. Larger ones go in parts, or by command.
pub const MOST_BYTES: usize = 32 * 1024;

/// What the rows of a file are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Files {
    Sessions,
    Centres,
}

/// A file as it would be published.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Preview {
    /// In the order of the file, the bad ones among them.
    pub rows: Vec<PreviewRow>,
    /// Names what is shown.
    pub shown: String,
    good: Rows,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PreviewRow {
    /// Counted from 1, the names of the columns being line 1.
    pub line: u64,
    pub read: Result<Shown, BadRow>,
}

/// A row that would be published.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Shown {
    Session(SessionPlan),
    Centre {
        centre: Centre,
        /// The name of the centre that has this number and will be called otherwise.
        renames: Option<PlaceName>,
    },
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Rows {
    Sessions(Vec<SessionPlan>),
    Centres(Vec<Centre>),
}

impl Preview {
    pub fn bad(&self) -> usize {
        self.rows.iter().filter(|row| row.read.is_err()).count()
    }

    pub fn good(&self) -> usize {
        self.rows.len() - self.bad()
    }
}

impl App {
    /// Reads a file as the import does; rows of places for which this member of staff does not plan are bad. Publishes nothing.
    ///
    /// # Errors
    /// `ColumnMissing`; `Refused` with `Forbidden` for a vaccinator, with `Invalid` and the field `file` for one that is too large.
    pub async fn preview_file(
        &self,
        staff: &Staff,
        files: Files,
        bytes: &[u8],
    ) -> Result<Preview, ImportError> {
        planner(staff)?;
        if bytes.len() > MOST_BYTES {
            return Err(
                super::invalid("file", "the file is larger than a form takes; send it in parts").into(),
            );
        }
        match files {
            Files::Sessions => self.preview_sessions(staff, bytes).await,
            Files::Centres => self.preview_centres(staff, bytes).await,
        }
    }

    /// Publishes the good rows of a file that was shown; answers how many. The same form sent twice publishes once.
    ///
    /// # Errors
    /// `PlanMoved` when it is not what was shown; `BadRows` unless bad rows are to be skipped.
    pub async fn publish_file(
        &self,
        (staff, key): (&Staff, &FormKey),
        (files, bytes): (Files, &[u8]),
        (shown, bad): (&str, Bad),
    ) -> Result<usize, ImportError> {
        let preview = self.preview_file(staff, files, bytes).await?;
        if let Rows::Sessions(plans) = &preview.good
            && let there @ 1.. = self.of_these(&self.ids(staff, key, plans)).await?
        {
            return Ok(there);
        }
        if preview.shown != shown {
            return Err(Refusal::PlanMoved.into());
        }
        let rejected: Vec<BadRow> = preview
            .rows
            .into_iter()
            .filter_map(|row| row.read.err())
            .collect();
        if bad == Bad::RefusesAll && !rejected.is_empty() {
            return Err(ImportError::BadRows(rejected));
        }
        match preview.good {
            Rows::Sessions(mut plans) => {
                let ids = self.ids(staff, key, &plans);
                for (plan, id) in plans.iter_mut().zip(ids) {
                    plan.id = Some(id);
                }
                Ok(self.publish_once(staff, plans).await?)
            }
            Rows::Centres(centres) => {
                let number = centres.len();
                self.add_centres(centres).await?;
                Ok(number)
            }
        }
    }

    fn ids(&self, staff: &Staff, key: &FormKey, plans: &[SessionPlan]) -> Vec<pramaan_domain::id::SessionId> {
        let id = |(line, plan): (usize, &SessionPlan)| {
            plan.id
                .unwrap_or_else(|| self.id_of(staff, key, &format!("{line}|{}", spelled(plan))))
        };
        plans.iter().enumerate().map(id).collect()
    }

    async fn preview_sessions(&self, staff: &Staff, bytes: &[u8]) -> Result<Preview, ImportError> {
        let (good, bad) = read_sessions(self, bytes, &mut |_, _| {}).await?;
        let own = |plan: &SessionPlan| match self.require_planner(staff, plan.centre) {
            Ok(()) => Ok(()),
            Err(_) => Err(("centre_id", "you do not plan for this centre")),
        };
        let (good, bad) = only(good, bad, own);
        let rows = good
            .iter()
            .map(|(line, plan)| (*line, Shown::Session(plan.clone())));
        let spelled: Vec<String> = good
            .iter()
            .map(|(line, plan)| format!("{line}|{}", spelled(plan)))
            .collect();
        Ok(self.preview(rows.collect(), (bad, spelled), Rows::Sessions(second(good))))
    }

    async fn preview_centres(&self, staff: &Staff, bytes: &[u8]) -> Result<Preview, ImportError> {
        let (good, bad) = read_centres(bytes, &mut |_, _| {})?;
        let known = self.known(&good).await?;
        let elsewhere = |id| {
            known
                .get(&id)
                .is_some_and(|there| there.district.number() != staff.district)
        };
        let own = |centre: &Centre| match staff.role {
            _ if centre.district.number() != staff.district => {
                Err(("district_id", "this is not your district"))
            }
            _ if elsewhere(centre.id) => Err(("id", "a centre of another district has this number")),
            StaffRole::DistrictAdmin => Ok(()),
            _ if centre.id.number() == staff.centre => Ok(()),
            _ => Err(("id", "you do not plan for this centre")),
        };
        let (good, bad) = only(good, bad, own);
        let rows = good.iter().map(|(line, centre)| {
            let there = known.get(&centre.id).map(|there| there.name.clone());
            let renames = there.filter(|name| *name != centre.name);
            let centre = centre.clone();
            (*line, Shown::Centre { centre, renames })
        });
        let spelled: Vec<String> = good
            .iter()
            .map(|(line, centre)| format!("{line}|{centre:?}"))
            .collect();
        Ok(self.preview(rows.collect(), (bad, spelled), Rows::Centres(second(good))))
    }

    /// The centres that have these numbers already.
    async fn known(&self, rows: &Good<Centre>) -> Result<HashMap<CentreId, Centre>, Refusal> {
        let ids: Vec<CentreId> = rows.iter().map(|(_, centre)| centre.id).collect();
        let found = self.0.db.read("app::plan::known", move |tx| {
            Box::pin(async move {
                let mut known = HashMap::new();
                for id in ids {
                    known.extend(centre::find(tx, id).await?.map(|found| (id, found)));
                }
                Ok::<_, Refusal>(known)
            })
        });
        found.await
    }

    fn preview(
        &self,
        good: Vec<(u64, Shown)>,
        (bad, mut parts): (Vec<BadRow>, Vec<String>),
        kept: Rows,
    ) -> Preview {
        parts.extend(
            bad.iter()
                .map(|row| format!("{}|{}|{}", row.line, row.column, row.reason)),
        );
        let good = good.into_iter().map(|(line, shown)| PreviewRow {
            line,
            read: Ok(shown),
        });
        let bad = bad.into_iter().map(|row| PreviewRow {
            line: row.line,
            read: Err(row),
        });
        let mut rows: Vec<PreviewRow> = good.chain(bad).collect();
        rows.sort_by_key(|row| row.line);
        Preview {
            rows,
            shown: self.shown(&parts),
            good: kept,
        }
    }
}

/// Moves the rows that are somebody else's to the bad ones.
fn only<T>(
    good: Good<T>,
    mut bad: Vec<BadRow>,
    own: impl Fn(&T) -> Result<(), (&'static str, &'static str)>,
) -> (Vec<(u64, T)>, Vec<BadRow>) {
    let mut kept = Vec::with_capacity(good.len());
    for (row, value) in good {
        match own(&value) {
            Ok(()) => kept.push((row.line, value)),
            Err((column, reason)) => bad.push(BadRow {
                column,
                reason: reason.to_owned(),
                ..row
            }),
        }
    }
    (kept, bad)
}

fn second<T>(rows: Vec<(u64, T)>) -> Vec<T> {
    rows.into_iter().map(|(_, value)| value).collect()
}
