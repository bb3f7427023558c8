//! The day's close with a count of the stock: what was counted and by how much it differs, for the manager and the district; and
//! a count that cannot be read, which comes back beside its own batch.

use pramaan_app::StaffRole;

use crate::browser::{Browser, Page, Site};
use crate::stock::receive;

const CLOSE: &str = "/staff/day/close";
const FIRST: &str = "counted-COVISHIELD/4121Z025";
const SECOND: &str = "counted-COVISHIELD/4121Z030";
const NOTE: (&str, &str) = ("note", "a tray fell, its vials were swept away");

/// A manager whose centre has two batches of twenty doses.
async fn manager(site: &Site) -> Browser {
    let mut manager = site.logged_in("SM-0007", StaffRole::SiteManager).await;
    for batch in ["4121Z025", "4121Z030"] {
        receive(&mut manager, &[("batch", batch)]).await.is(303);
    }
    manager
}

/// The field of a count with its label, hint and error.
fn field(page: &Page, name: &str) -> String {
    let mut fields = page.body.split("<div class=\"field");
    let field = fields.find(|field| field.contains(&format!("name=\"{name}\"")));
    field.unwrap().split("</div>").next().unwrap().to_owned()
}

async fn close(manager: &mut Browser, typed: &[(&str, &str)]) -> Page {
    let page = manager.get(CLOSE).await;
    let (key, act) = (page.field("key").unwrap(), ("act", "close"));
    let typed = [&[act, ("key", key.as_str())], typed].concat();
    manager.submit(&page, CLOSE, &typed).await
}

#[tokio::test]
async fn a_count_that_cannot_be_read_comes_back_beside_its_own_batch_with_everything_that_was_typed() {
    let site = Site::open().await;
    let mut manager = manager(&site).await;
    let entries = site.count("stock_entry").await;
    for unreadable in ["many", "-3", "12.5", "99999999999", "1000001"] {
        for (right, wrong) in [(FIRST, SECOND), (SECOND, FIRST)] {
            let typed = [(right, "20"), (wrong, unreadable), NOTE];
            let refused = close(&mut manager, &typed).await;
            refused.is(422).says("href=\"#counted-wrong\"");
            let (right, wrong) = (field(&refused, right), field(&refused, wrong));
            assert!(right.contains("value=\"20\""), "{right}");
            assert!(
                !right.contains("aria-invalid") && !right.contains("error"),
                "{right}"
            );
            assert!(wrong.contains(&format!("value=\"{unreadable}\"")), "{wrong}");
            assert!(wrong.contains("id=\"counted-wrong\"") && wrong.contains("aria-invalid=\"true\""));
            assert!(wrong.contains("Type a count as a whole number"), "{wrong}");
            assert_eq!(refused.body.matches("Type a count as a whole number").count(), 2);
            assert_eq!(refused.field("note").as_deref(), Some(NOTE.1));
        }
    }
    assert_eq!(site.count("stock_entry").await, entries, "nothing is counted");
    manager.get(CLOSE).await.never_says("Closed by");
}

#[tokio::test]
async fn a_closed_day_shows_count_and_variance_of_the_stock_and_the_district_reads_them() {
    let site = Site::open().await;
    let mut manager = manager(&site).await;
    let unsaid = close(&mut manager, &[(FIRST, "20"), (SECOND, "17")]).await;
    unsaid
        .is(422)
        .says("A count differs from the list: give the reason");
    assert!(field(&unsaid, SECOND).contains("value=\"17\""));
    let closed = close(&mut manager, &[(FIRST, "20"), (SECOND, "17"), NOTE]).await;
    assert_eq!((closed.status, closed.to.as_str()), (303, CLOSE));
    manager
        .get(CLOSE)
        .await
        .says("Closed by SM-0007")
        .says("<li>Covishield 4121Z025: 20 doses by the list</li>")
        .says("<li>Covishield 4121Z025: 20 doses counted</li>")
        .says("<li>Covishield 4121Z030: 20 doses by the list</li>")
        .says("<li>Covishield 4121Z030: 17 doses counted</li>")
        .says("<li>Covishield 4121Z030: 3 fewer than the list has</li>")
        .never_says("4121Z025: 0");
    let mut admin = site.logged_in("MH-0003", StaffRole::DistrictAdmin).await;
    let morning = admin.get("/staff/district").await;
    morning
        .is(200)
        .says("Fort Clinic: Sunday, 22 November 2026 was closed with another count than the list has.")
        .says("Covishield 4121Z030: 17 doses counted, 20 by the list. By SM-0007")
        .says(NOTE.1)
        .never_says("4121Z025");
}
