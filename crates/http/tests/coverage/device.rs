//! The pages of shared devices, PINs, printed codes and lost second factors, each with success; none opens anything.

use pramaan_app::StaffRole;
use pramaan_app::testing::{PASSWORD, totp};

use super::played::{get, submit};
use super::world::{Answered, CENTRE, World};

const PIN: &str = "371904";

pub(crate) async fn pages(world: &mut World) {
    manager(world).await;
    let page = get(world, "/staff/roster/replacement").await;
    let typed = [("way", "new"), ("code", "MH-0030"), ("name", "Sunita Rao")];
    let invited = submit(world, &page, "/staff/roster/replacement", &typed)
        .await
        .text();
    let link = invited.split("/staff/enrol/").nth(1).unwrap();
    let link = link.split('<').next().unwrap().to_owned();
    let secret = world.test.enrol(&link).await;
    let page = get(world, "/staff/sheets").await;
    let sheet = submit(world, &page, "/staff/sheets", &[("code", "MH-0030")]).await;
    let code = sheet
        .text()
        .split("<li>")
        .last()
        .unwrap()
        .split('<')
        .next()
        .unwrap()
        .to_owned();
    let page = get(world, "/staff/factors").await;
    let asked = [
        ("act", "ask"),
        ("code", "MH-0030"),
        ("reason", "her telephone is lost"),
    ];
    submit(world, &page, "/staff/factors", &asked).await;
    get(world, "/staff/events").await;
    let page = get(world, "/staff/devices").await;
    let made = submit(
        world,
        &page,
        "/staff/devices",
        &[("act", "code"), ("name", "Table 1")],
    )
    .await;
    let path = made.text().split("/staff/device/").nth(1).unwrap()[..12].to_owned();

    world.cookies.clear();
    shared(world, &path).await;
    work(world, &secret, &code).await;
}

async fn manager(world: &mut World) {
    world.cookies.clear();
    let manager = world
        .test
        .enrolled("MH-0021", StaffRole::SiteManager, Some(CENTRE));
    let token = manager.await.token;
    world.cookies.insert("__Host-staff".to_owned(), token);
}

async fn shared(world: &mut World, code: &str) {
    get(world, "/staff/device").await;
    let page = get(world, &format!("/staff/device/{code}")).await;
    submit(world, &page, "/staff/device", &[("code", code)]).await;
    let offer = get(world, "/staff/offline/unsent").await;
    let token = offer.json()["token"].as_str().unwrap().to_owned();
    let typed = [("_csrf", token.as_str()), ("count", "3")];
    let form = super::played::form(&offer, &typed);
    world.page("POST", "/staff/offline/unsent", &form).await;
    let lock = get(world, "/staff/pin").await;
    submit(world, &lock, "/staff/pin", &[("step", "other")]).await;
}

async fn log_in(world: &mut World, second: &str) -> Answered {
    let page = get(world, "/staff/login").await;
    let typed = [("code", "MH-0030"), ("password", PASSWORD), ("totp", second)];
    submit(world, &page, "/staff/login", &typed).await
}

async fn work(world: &mut World, secret: &str, sheet: &str) {
    log_in(world, sheet).await;
    let page = get(world, "/staff/pin/set").await;
    submit(world, &page, "/staff/pin/set", &[("pin", PIN), ("again", PIN)]).await;
    submit(world, &page, "/staff/stay", &[]).await;
    submit(world, &page, "/staff/pin/lock", &[]).await;
    let lock = get(world, "/staff/pin").await;
    submit(world, &lock, "/staff/pin", &[("code", "MH-0030"), ("pin", PIN)]).await;

    world.cookies.clear();
    let digits = totp(secret, world.test.clock.now().plus_seconds(30));
    log_in(world, &digits).await;
    let page = get(world, "/staff/site").await;
    submit(world, &page, "/staff/site", &[("site", "561001")]).await;
}
