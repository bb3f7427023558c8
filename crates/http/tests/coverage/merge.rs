//! The pages of merges, each with success: a nurse finds another record on a telephone that reads out its code, and the manager
//! agrees.

use super::played::{get, submit};
use super::staff::manager;
use super::story::MOBILE;
use super::world::World;

/// Called while the nurse of the encounter is logged in.
pub(crate) async fn pages(world: &mut World, encounter: &str) {
    let page = get(world, "/staff/walk-in").await;
    let begin = format!("{encounter}/merge");
    let to = submit(world, &page, &begin, &[]).await.to;
    let record = to.trim_start_matches("https://pramaan.test").to_owned();
    let page = get(world, &record).await;
    let sent = submit(world, &page, &record, &[("act", "code"), ("mobile", MOBILE)]).await;
    let txn = sent.text();
    let txn = txn.split("name=\"txn\" value=\"").nth(1).unwrap();
    let txn = txn.split('"').next().unwrap().to_owned();
    let code = world.test.code(MOBILE);
    let typed = [("act", "phone"), ("txn", txn.as_str()), ("otp", code.as_str())];
    submit(world, &sent, &record, &typed).await;
    let page = get(world, &record).await;
    let with = page.link(&format!("{record}/with/"));
    let page = get(world, &with).await;
    submit(
        world,
        &page,
        &with,
        &[("reason", "her brother registered her too")],
    )
    .await;
    get(world, "/staff/merge/done?how=waits").await;
}

/// The manager agrees to what waits.
pub(crate) async fn second_person(world: &mut World) {
    manager(world, "MH-0026").await;
    let path = get(world, "/staff/merge").await.link("/staff/merge/proposal/");
    let page = get(world, &path).await;
    submit(world, &page, &path, &[("act", "approve")]).await;
}
