//! Whom each route refuses, before anything else is looked at.

use pramaan_http::inventory::{Caller, ROUTES, Route};

use super::story::Played;
use super::world::{Answered, World, filled};

/// Routes that have nothing under a made-up name. Of the log nothing is published yet; `played` reads it.
const NAMES_A_FILE: [&str; 1] = ["/assets/{file}"];

#[tokio::test]
async fn every_route_exists() {
    let world = World::new().await;
    for route in ROUTES {
        let method = if route.method == "ANY" {
            "GET"
        } else {
            route.method
        };
        let answered = world.send(method, &filled(route), &[], "").await;
        let text = answered.text();
        let nowhere = text.contains("PRAMAAN0009") || text.contains("There is nothing here");
        assert!(
            !nowhere || NAMES_A_FILE.contains(&route.path) || route.path.starts_with("/log/"),
            "{} {}: {text}",
            route.method,
            route.path
        );
        let refused_method = answered.status == 405 && route.method != "ANY";
        assert!(!refused_method, "{} {}", route.method, route.path);
    }
}

#[tokio::test]
async fn nobody_in_particular_is_refused_everywhere_but_at_open_doors() {
    let mut world = World::new().await;
    let login = world.browse("GET", "/login", "", "").await;
    let csrf = login.field("_csrf").unwrap();
    let mut refused = 0;
    for route in ROUTES.iter().filter(|route| route.caller != Caller::Anyone) {
        for headers in strangers() {
            let answered = call(&mut world, route, &headers, &csrf).await;
            assert!(
                is_refusal(route, &answered),
                "{route:?} as {headers:?}: {answered:?}"
            );
            refused += 1;
        }
    }
    assert!(refused > 150, "{refused}");
    assert_eq!(world.test.accesses().await, []);
}

/// Credentials that are none.
fn strangers() -> Vec<Vec<(&'static str, &'static str)>> {
    vec![
        vec![],
        vec![("authorization", "Bearer e30.e30.AAAA"), ("x-api-key", "0")],
        vec![("authorization", "Basic YTpi")],
    ]
}

async fn call(world: &mut World, route: &Route, headers: &[(&str, &str)], csrf: &str) -> Answered {
    let path = filled(route);
    if path.starts_with("/api/") {
        return world.send(route.method, &path, headers, "{}").await;
    }
    // With a form's token that is good, so that it is not the form's protection that refuses.
    let form = format!("_csrf={csrf}");
    world
        .browse(route.method, &path, "application/x-www-form-urlencoded", &form)
        .await
}

fn is_refusal(route: &Route, answered: &Answered) -> bool {
    match route.path.starts_with("/api/") {
        true => [401, 403].contains(&answered.status),
        false => {
            let to_login = answered.to.contains("/login") || answered.to.starts_with("/card");
            let to_login = answered.status == 303 && to_login;
            to_login || [401, 403].contains(&answered.status)
        }
    }
}

/// A credential of one kind is none of another: every route with every credential but its own.
#[tokio::test]
async fn credentials_open_their_own_doors_only() {
    let played = Played::api().await;
    let before = played.world.test.accesses().await.len();
    let bearer = |token: &str| format!("Bearer {token}");
    let (citizen, assisted) = (bearer(&played.portal), bearer(&played.assisted));
    let (status, nurse) = (bearer(&played.status), bearer(&played.nurse));
    let (partner, facility) = (played.partner_key.as_str(), played.facility_key.as_str());
    for route in ROUTES.iter().filter(|route| route.path.starts_with("/api/")) {
        let wrong: Vec<Vec<(&str, &str)>> = match route.caller {
            Caller::Anyone | Caller::Staff | Caller::CardHolder => continue,
            Caller::Citizen => vec![
                vec![("x-api-key", partner)],
                vec![("x-api-key", facility)],
                vec![("authorization", &nurse), ("x-api-key", facility)],
                // A token that a partner got does not work without the partner's key, or with another's.
                vec![("authorization", &assisted)],
                vec![("authorization", &assisted), ("x-api-key", facility)],
            ],
            Caller::Partner => vec![
                vec![("x-api-key", facility)],
                vec![("authorization", &citizen)],
                vec![("authorization", &nurse)],
            ],
            Caller::Facility => vec![vec![("x-api-key", partner)], vec![("authorization", &citizen)]],
            Caller::FacilityStaff => vec![
                vec![("x-api-key", facility)],
                vec![("authorization", &nurse)],
                vec![("authorization", &nurse), ("x-api-key", partner)],
                vec![("authorization", &citizen), ("x-api-key", facility)],
                vec![("authorization", &status), ("x-api-key", facility)],
            ],
        };
        for headers in wrong {
            let answered = played
                .world
                .send(route.method, &filled(route), &headers, "{}")
                .await;
            assert!(
                [401, 403].contains(&answered.status),
                "{route:?} with {:?}: {answered:?}",
                headers.iter().map(|(name, _)| name).collect::<Vec<_>>()
            );
        }
    }
    assert_eq!(played.world.test.accesses().await.len(), before);
}
