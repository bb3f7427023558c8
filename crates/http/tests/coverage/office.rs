//! The pages of a district's office and of planning, each with success; none opens anything.

use pramaan_app::StaffRole;

use super::played::{form, get, submit};
use super::world::{CENTRE, World};

const WORD: &str = "the slip was wet and the nurse knew the visitor";

/// As the district's admin, after a record was opened without evidence.
pub(crate) async fn pages(world: &mut World) {
    world.cookies.clear();
    let admin = world
        .test
        .enrolled("MH-0095", StaffRole::DistrictAdmin, None)
        .await;
    world.cookies.insert("__Host-staff".to_owned(), admin.token);
    get(world, "/staff/district").await;
    reviews(world).await;
    let page = get(world, &format!("/staff/district/vaccinator?centre={CENTRE}")).await;
    let typed = [("centre", "561001"), ("code", "MH-0001")];
    submit(world, &page, "/staff/district/vaccinator", &typed).await;
    planning(world).await;
    get(world, "/staff/progress").await;
    let page = get(world, "/staff/progress").await;
    let typed = [
        ("block", "Ward A"),
        ("from", "2026-11-22"),
        ("until", "2026-11-23"),
        ("doses", "40"),
    ];
    submit(world, &page, "/staff/progress", &typed).await;
    get(world, "/staff/progress.csv").await;
}

async fn reviews(world: &mut World) {
    let page = get(
        world,
        &format!("/staff/reviews/ask?centre={CENTRE}&topic=held_doses"),
    )
    .await;
    let asked = [("centre", "561001"), ("topic", "held_doses"), ("word", WORD)];
    submit(world, &page, "/staff/reviews/ask", &asked).await;
    let path = get(world, "/staff/reviews").await.link("/staff/reviews/");
    let page = get(world, &path).await;
    submit(world, &page, &path, &[("act", "seen"), ("word", WORD)]).await;
}

async fn planning(world: &mut World) {
    get(world, "/staff/centres").await;
    let page = get(world, "/staff/centres/new").await;
    let typed = [
        ("id", "561777"),
        ("name", "Fort night clinic"),
        ("address", "Fort"),
        ("block", "Ward A"),
        ("pincode", "400001"),
        ("opens", "09:00"),
        ("closes", "17:00"),
        ("kind", "government"),
    ];
    submit(world, &page, "/staff/centres/new", &typed).await;
    let page = get(world, "/staff/centres/561777").await;
    submit(world, &page, "/staff/centres/561777", &typed).await;
    let copy = "/staff/sessions/copy";
    let page = get(world, &format!("{copy}?centre={CENTRE}")).await;
    let weeks = [("centre", "561001"), ("from", "2026-11-22"), ("to", "2026-12-15")];
    let preview = submit(world, &page, copy, &weeks).await;
    let confirm = form(&preview, &hidden(&preview.hidden(copy)));
    let copied = world.page("POST", copy, &confirm).await;
    assert_eq!(copied.status, 303, "{}", copied.text());
    get(world, "/staff/calendar").await;

    let page = get(world, "/staff/import").await;
    let part = |name: &str, value: &str| {
        format!("--x1\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
    };
    let csrf = page.field("_csrf").unwrap();
    let rows = "centre_id,date,vaccine,min_age,slots,seats\n\
                561777,2026-12-20,COVISHIELD,18,09:00AM-10:00AM,1:online:10\n";
    let sent = [part("_csrf", &csrf), part("what", "sessions"), part("text", rows)].concat();
    let preview = world
        .page("POST", "/staff/import", &format!("{sent}--x1--\r\n"))
        .await;
    assert_eq!(preview.status, 200, "{}", preview.text());
    let confirm = form(&preview, &hidden(&preview.hidden("/staff/import/publish")));
    let published = world.page("POST", "/staff/import/publish", &confirm).await;
    assert_eq!(published.status, 303, "{}", published.text());
}

fn hidden(fields: &[(String, String)]) -> Vec<(&str, &str)> {
    let named = fields.iter().filter(|(name, _)| name != "_csrf");
    named
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect()
}
