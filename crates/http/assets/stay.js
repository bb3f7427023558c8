// Says two minutes before a login ends that it will, and keeps it at the press of one button. The page is never left for it, and
// the focus stays where it is. Without this the page says in words until when the login lasts.
(() => {
  const box = document.getElementById("stay");
  if (!box) return;
  const text = document.getElementById("stay-text");
  const button = document.getElementById("stay-button");
  const until = document.getElementById("stay-until");
  let ends = Date.now() + Number(box.dataset.seconds) * 1000;
  let state = "quiet";
  text.setAttribute("role", "alert");
  text.hidden = false;

  const left = () => (ends - Date.now()) / 1000;
  const say = (now, words) => {
    state = now;
    box.classList.toggle("shown", now === "soon" || now === "ended");
    button.hidden = now !== "soon";
    text.textContent = words;
  };
  const look = () => {
    if (state === "ended") return;
    if (left() <= 0) say("ended", box.dataset.ended);
    else if (left() <= Number(box.dataset.warn) && state === "quiet") say("soon", box.dataset.soon);
  };
  const stay = async () => {
    try {
      const body = new URLSearchParams({ _csrf: box.dataset.csrf });
      const answer = await fetch(box.dataset.to, { method: "POST", body, cache: "no-store", redirect: "manual" });
      // Sent to the login, or a form of a login before: it is over.
      const over = answer.type === "opaqueredirect" || answer.status === 403;
      const told = over ? { seconds: 0 } : await answer.json();
      ends = Date.now() + told.seconds * 1000;
      if (told.sentence) until.textContent = told.sentence;
      if (told.seconds <= 0) say("ended", box.dataset.ended);
      // Kept as long as a login can be: it ends, and what is typed does not.
      else if (told.seconds <= Number(box.dataset.warn)) say("last", box.dataset.last);
      else say("quiet", told.sentence);
    } catch {
      // No line, or the login is over: the time goes on and says so.
      look();
    }
  };
  button.addEventListener("click", stay);
  document.addEventListener("visibilitychange", look);
  window.addEventListener("pageshow", look);
  setInterval(look, 1000);
})();
