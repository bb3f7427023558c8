//! The day at a site, each page with success: the screen, a place, the close; a session that is extended; seats of people who
//! did not come.

use super::played::{get, submit};
use super::staff::{manager, visitor};
use super::story::Played;
use super::world::World;

/// A session goes on for longer: whoever is booked there is told.
pub(crate) async fn change(world: &mut World, path: &str) {
    let page = get(world, path).await;
    let typed = [
        ("way", "extend"),
        ("until", "20:00"),
        ("dose", "1"),
        ("walk_in", "5"),
        ("reason", "more people came than were booked"),
    ];
    submit(world, &page, path, &typed).await;
}

pub(crate) async fn pages(played: &mut Played) {
    visitor(played, "Leela Thiruvengadam", "D7654321", "22-11-2026").await;
    let world = &mut played.world;
    manager(world, "MH-0051").await;
    let page = get(world, "/staff").await;
    let value = page.text();
    let value = value.split("name=\"place\" value=\"").nth(1).unwrap();
    let place = value.split('"').next().unwrap().to_owned();
    submit(
        world,
        &page,
        "/staff/day",
        &[("act", "check_in"), ("place", &place)],
    )
    .await;
    get(world, "/staff/day/live").await;
    get(world, &format!("/staff/day/{place}")).await;
    submit(
        world,
        &page,
        "/staff/day",
        &[("act", "undo_check_in"), ("place", &place)],
    )
    .await;
    // At nine in the evening everybody's hours are over.
    world.test.clock.advance_seconds(11 * 3600);
    manager(world, "MH-0052").await;
    let page = get(world, "/staff").await;
    submit(world, &page, "/staff/day/release", &[]).await;
    let page = get(world, "/staff/day/close").await;
    let typed = [("act", "close"), ("carried", "one waits for the doctor's car")];
    submit(world, &page, "/staff/day/close", &typed).await;
}
