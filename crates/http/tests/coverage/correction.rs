//! The pages of corrections, each with success: a nurse corrects her own dose, and one of a colleague's with a manager.

use super::played::{form, get, submit};
use super::staff::manager;
use super::world::{Answered, World};

const REASON: (&str, &str) = ("reason", "the batch was read from another box");

/// Called while the nurse who recorded Kamala's dose is logged in.
pub(crate) async fn pages(world: &mut World, document: &str) {
    let places = places(world).await;
    let (mut own, mut colleagues) = (Vec::new(), Vec::new());
    for place in places {
        match get(world, &place).await.text().contains("value=\"own\"") {
            true => own.push(place),
            false => colleagues.push(place),
        }
    }
    // Who has a mobile was booked before the walk-in who has none.
    let [own, without_mobile] = <[String; 2]>::try_from(own).unwrap();
    let [colleagues] = <[String; 1]>::try_from(colleagues).unwrap();
    let page = get(world, &without_mobile).await;
    let path = format!("{without_mobile}/message");
    let untold = world.page("POST", &path, &form(&page, &[])).await;
    assert_eq!(untold.status, 422, "{}", untold.text());
    assert!(
        untold.text().contains("No mobile number is bound"),
        "{}",
        untold.text()
    );
    let page = get(world, &own).await;
    submit(world, &page, &format!("{own}/message"), &[]).await;
    let opened = submit(world, &page, &own, &[("way", "own")]).await;
    change(world, &opened, super::headline::KAMALAS_BATCH).await;
    get(world, "/staff/correction/done?how=done").await;

    let any = "/staff/correction/visit";
    let page = get(world, any).await;
    let typed = [
        ("way", "document"),
        ("document_type", "8"),
        ("document_number", document),
    ];
    submit(world, &page, any, &typed).await;

    let page = get(world, &colleagues).await;
    let without = [("way", "nothing"), ("reason", super::headline::AASHABAIS_REASON)];
    let opened = submit(world, &page, &colleagues, &without).await;
    change(world, &opened, super::headline::AASHABAIS_BATCH).await;
}

/// The manager agrees to what waits.
pub(crate) async fn second_person(world: &mut World) {
    manager(world, "MH-0025").await;
    let path = get(world, "/staff/correction")
        .await
        .link("/staff/correction/proposal/");
    let page = get(world, &path).await;
    submit(world, &page, &path, &[("act", "approve")]).await;
}

/// The places of today where a dose was given, by number in the queue: the screen has them by where people are now.
async fn places(world: &mut World) -> Vec<String> {
    let text = get(world, "/staff").await.text();
    let found = text
        .split('"')
        .filter(|part| part.starts_with("/staff/correction/visit/"));
    let mut places: Vec<String> = found.map(str::to_owned).collect();
    let queue = |place: &String| {
        place
            .rsplit('/')
            .next()
            .and_then(|queue| queue.parse::<i64>().ok())
    };
    places.sort_by_key(queue);
    places
}

/// Another batch, shown back and sent on.
async fn change(world: &mut World, opened: &Answered, batch: &str) {
    let dose = opened.link("/staff/correction/record/");
    let visit = dose.rsplit_once('/').unwrap().0.to_owned();
    get(world, &visit).await;
    let page = get(world, &dose).await;
    let typed = [
        ("act", "correct"),
        ("vaccine", "COVISHIELD"),
        ("dose", "1"),
        ("batch", batch),
        ("vial", "7"),
        ("given_at", "09:58"),
        ("site", "left_upper_arm"),
        REASON,
    ];
    let confirm = submit(world, &page, &dose, &typed).await;
    let hidden = confirm.hidden(&dose);
    let typed: Vec<(&str, &str)> = hidden
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    submit(world, &confirm, &dose, &typed).await;
}
