//! Invitations: a one-time link, from whoever answers for the place.

use pramaan_domain::centre::CentreId;
use pramaan_domain::id::StaffId;
use pramaan_domain::name::PersonName;
use pramaan_domain::place::{self, DistrictId};
use pramaan_domain::staff::{StaffCode, StaffRole};
use pramaan_domain::staff_event::StaffEventKind;
use pramaan_domain::time::Timestamp;
use pramaan_keys::IndexKind;
use pramaan_store::budget::{self, Charge};
use pramaan_store::staff_event::{self, StaffEvent};
use pramaan_store::{Sealer, StoreError, Tx, centre, roster, staff};

use crate::{App, Refusal, Staff};

/// How long a link can be used.
pub const LINK_SECONDS: i64 = 7 * 86_400;
/// Links that one inviter can make in a day from the first.
const A_DAY: i64 = 20;
const DAY_SECONDS: i64 = 86_400;
/// Links for one role at one centre that can be usable at once.
const OUTSTANDING: i64 = 30;
const INVITATIONS: &str = "staff.invite";

/// Who is invited, each part parsed.
pub struct Invitee {
    pub code: StaffCode,
    pub name: PersonName,
    pub role: StaffRole,
    /// Where a vaccinator or site manager works; none for the admin of a district.
    pub centre: Option<CentreId>,
    pub district: DistrictId,
}

/// A link that makes its holder a member of staff. The token is shown this once: only a MAC of it is kept.
pub struct Invitation {
    pub code: StaffCode,
    pub token: String,
    pub expires_at: Timestamp,
}

impl std::fmt::Debug for Invitation {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Invitation")
            .field("code", &self.code)
            .finish_non_exhaustive()
    }
}

/// Whether somebody who is invited works today already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum OnList {
    Today,
    NotYet,
}

impl App {
    /// A district admin invites site managers of their district, a site manager vaccinators of their centre.
    ///
    /// # Errors
    /// `Forbidden` for anybody else, `Invalid` for a code that is taken or a centre that does not fit,
    /// `TooManyInvitations` for the twenty-first of one inviter on one day, or the thirty-first that waits at one centre.
    pub async fn invite(&self, by: &Staff, invitee: Invitee) -> Result<Invitation, Refusal> {
        self.invite_on(by, invitee, OnList::NotYet).await
    }

    pub(super) async fn invite_on(
        &self,
        by: &Staff,
        invitee: Invitee,
        on_list: OnList,
    ) -> Result<Invitation, Refusal> {
        let centre = invitee.centre.map_or(0, CentreId::number);
        let own = match (by.role, invitee.role) {
            (StaffRole::DistrictAdmin, StaffRole::SiteManager) => invitee.district.number() == by.district,
            (StaffRole::SiteManager, StaffRole::Vaccinator) => centre == by.centre,
            _ => false,
        };
        if !own {
            return Err(Refusal::Forbidden);
        }
        let (sealer, now) = (self.0.sealer.clone(), self.now());
        let charge = Charge {
            kind: INVITATIONS,
            subject: sealer
                .keys
                .index(IndexKind::StaffCode, by.code.as_bytes())
                .as_bytes()
                .to_vec(),
            window_seconds: DAY_SECONDS,
        };
        let replacement = by.event(StaffEventKind::Replacement, None, now);
        let invited = self.0.db.write("app::staff::invite", move |tx| {
            Box::pin(async move {
                let counts = budget::spend(tx, &[charge], now).await?;
                let place = (invitee.district.number(), centre);
                let outstanding = staff::outstanding(tx, invitee.role, place, now).await?;
                // A refusal rolls the count back: only links that were made are counted.
                if counts.get(INVITATIONS).is_none_or(|count| *count > A_DAY) || outstanding >= OUTSTANDING {
                    return Err(Refusal::TooManyInvitations);
                }
                let invitation = invite(tx, &sealer, invitee, now).await?;
                if on_list == OnList::Today {
                    put_on_list(tx, &sealer, (&invitation.code, centre), replacement).await?;
                }
                Ok(invitation)
            })
        });
        invited.await
    }

    /// Invites on the word of whoever runs the server: the command line and the demonstration. All or none.
    pub async fn invite_all(&self, invitees: Vec<Invitee>) -> Result<Vec<Invitation>, Refusal> {
        let (sealer, now) = (self.0.sealer.clone(), self.now());
        let invited = self.0.db.write("app::staff::invite", move |tx| {
            Box::pin(async move {
                let mut invitations = Vec::with_capacity(invitees.len());
                for invitee in invitees {
                    invitations.push(invite(tx, &sealer, invitee, now).await?);
                }
                Ok(invitations)
            })
        });
        invited.await
    }
}

async fn put_on_list(
    tx: &mut Tx,
    sealer: &Sealer,
    (code, centre): (&StaffCode, i64),
    event: StaffEvent,
) -> Result<(), Refusal> {
    let Some(row) = staff::by_code(tx, sealer, code).await? else {
        return Ok(());
    };
    roster::add(tx, centre, event.at.date(), row.id).await?;
    let event = StaffEvent {
        staff: code.to_string(),
        ..event
    };
    Ok(staff_event::insert(tx, sealer, &event).await?)
}

async fn invite(
    tx: &mut Tx,
    sealer: &Sealer,
    invitee: Invitee,
    now: Timestamp,
) -> Result<Invitation, Refusal> {
    check_place(tx, &invitee).await?;
    let new = staff::NewStaff {
        id: StaffId::from_random(sealer.random()),
        code: invitee.code,
        name: invitee.name,
        role: invitee.role,
        centre: invitee.centre.map_or(0, CentreId::number),
        district: invitee.district.number(),
    };
    match staff::insert(tx, sealer, &new, now).await {
        Err(StoreError::UniqueViolation { .. }) => {
            let sentence = format!("the code {} is taken: choose another", new.code);
            return Err(Refusal::Invalid {
                field: "code",
                sentence,
            });
        }
        other => other?,
    }
    let (token, expires_at) = (fresh_token(sealer), now.plus_seconds(LINK_SECONDS));
    staff::insert_link(tx, sealer, (new.id, &token), expires_at).await?;
    Ok(Invitation {
        code: new.code,
        token,
        expires_at,
    })
}

async fn check_place(tx: &mut Tx, invitee: &Invitee) -> Result<(), Refusal> {
    let invalid = |field, sentence: &str| {
        Err(Refusal::Invalid {
            field,
            sentence: sentence.to_owned(),
        })
    };
    if place::district(invitee.district).is_none() {
        return invalid("district_id", "no such district");
    }
    match (invitee.role, invitee.centre) {
        (StaffRole::DistrictAdmin, None) => Ok(()),
        (StaffRole::DistrictAdmin, Some(_)) => invalid(
            "centre_id",
            "an admin of a district has no centre: leave it empty",
        ),
        (_, None) => invalid("centre_id", "the centre is needed"),
        (_, Some(id)) => match centre::find(tx, id).await? {
            None => invalid("centre_id", "no such centre: import centres first"),
            Some(centre) if centre.district != invitee.district => {
                invalid("centre_id", "this centre is in another district")
            }
            Some(_) => Ok(()),
        },
    }
}

/// 256 random bits as 43 characters that fit a URL.
pub(super) fn fresh_token(sealer: &Sealer) -> String {
    use base64::Engine;
    base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(sealer.random::<32>())
}
