// Keeps the screen of the day fresh: counts timers down by the server's clock and fetches what changed every half minute.
//
// The page works without it. What the reader is about to type or press stays where it is.
(() => {
  const live = document.getElementById("live");
  const said = document.getElementById("live-said");
  if (!live || !said) return;
  let skew = Number(live.dataset.now) * 1000 - Date.now();
  let etag = null;

  const tick = () => {
    const now = Date.now() + skew;
    for (const timer of live.querySelectorAll("[data-until]")) {
      const left = Math.ceil((Number(timer.dataset.until) * 1000 - now) / 60000);
      timer.textContent = left > 0 ? timer.dataset.left.replace("#", left) : timer.dataset.over;
    }
  };
  const busy = () => {
    const at = document.activeElement;
    return at && live.contains(at) && at.matches("input, select, textarea");
  };
  const show = (html) => {
    const at = document.activeElement;
    const inside = at && live.contains(at);
    const focus = inside ? at.id : "";
    const section = inside ? at.closest("section")?.id : "";
    const open = [...live.querySelectorAll("details[open]")].map((one) => one.id);
    live.innerHTML = html;
    for (const id of open) {
      const one = id && document.getElementById(id);
      if (one) one.open = true;
    }
    // Whose row is gone stays at its list.
    const heading = section && document.querySelector(`#${section} > h2`);
    const again = (focus && document.getElementById(focus)) || heading;
    if (again) again.focus({ preventScroll: true });
    const summary = live.querySelector("[data-said]");
    if (summary && summary.dataset.said !== said.textContent) said.textContent = summary.dataset.said;
    tick();
  };
  const refresh = async () => {
    if (document.hidden || document.body.classList.contains("locked") || busy()) return;
    try {
      const headers = etag ? { "if-none-match": etag } : {};
      const answer = await fetch(`/staff/day/live${location.search}`, { headers, redirect: "manual", cache: "no-store" });
      const date = Date.parse(answer.headers.get("date") || "");
      if (date) skew = date - Date.now();
      if (answer.status !== 200) return;
      etag = answer.headers.get("etag");
      const html = await answer.text();
      if (!busy()) show(html);
    } catch {
      // Without a line the screen stays as it is; the timers go on.
    }
  };
  setInterval(tick, 1000);
  setInterval(refresh, 30000);
  tick();
})();
