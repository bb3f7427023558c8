// Covers a shared device after two minutes without a request, as the server locks it, and keeps the half-filled form.
//
// Whether the device is locked is the server's word: this script asks for the lock, and only when it is granted sends the
// form to its own address, where it cannot be taken any more and waits for who typed it.
(() => {
  const box = document.getElementById("lock");
  if (!box) return;
  const title = document.getElementById("lock-title");
  const text = document.getElementById("lock-text");
  const stay = document.getElementById("lock-stay");
  const soon = [title.textContent, text.textContent, stay.textContent];
  const seconds = Number(box.dataset.seconds);
  const warning = seconds - Number(box.dataset.warn);
  let state = "open";
  let since = Date.now();
  let typedAt = 0;
  // What a form on a page holds that answers a form was typed before, or read back: nobody need touch it here, and it is
  // nowhere else. There may be small forms beside it; the one that holds most is meant.
  const held = (form) => [...new FormData(form)].filter(([name, value]) => name !== "_csrf" && value && typeof value === "string").length;
  const shown = () => {
    const forms = [...document.querySelectorAll("main form")].filter((form) => form.method === "post" && held(form) > 0);
    return forms.sort((one, other) => held(other) - held(one))[0] || null;
  };
  let typed = "answer" in box.dataset ? shown() : null;
  let before = null;

  const say = (words) => {
    [title.textContent, text.textContent, stay.textContent] = words;
  };
  const others = () => [...document.body.children].filter((part) => part !== box);
  const cover = () => {
    if (box.hidden) before = document.activeElement;
    box.hidden = false;
    for (const part of others()) part.inert = true;
    stay.focus();
  };
  const uncover = () => {
    box.hidden = true;
    for (const part of others()) part.inert = false;
    if (before) before.focus();
  };
  const ask = (path, more = "") =>
    fetch(path, {
      method: "POST",
      redirect: "manual",
      headers: { "content-type": "application/x-www-form-urlencoded" },
      body: `_csrf=${encodeURIComponent(box.dataset.csrf)}${more}`,
    });
  const leave = () => {
    const here = encodeURIComponent(location.pathname + location.search);
    if (typed) HTMLFormElement.prototype.submit.call(typed);
    else location.replace(`/staff/pin?next=${here}`);
  };
  const lock = async () => {
    state = "locked";
    document.body.classList.add("locked");
    say([box.dataset.locked, box.dataset.lockedText, box.dataset.retry]);
    cover();
    try {
      const answer = await ask("/staff/pin/lock");
      if (answer.type === "opaqueredirect") leave();
      else if (answer.status < 500 && answer.status !== 429) location.replace("/staff/pin");
    } catch {
      // No line, or a server that may not lock for now: the screen stays covered, and nothing is lost from it.
    }
  };
  const extend = async () => {
    try {
      const answer = await ask("/staff/stay");
      if (answer.status !== 200) return lock();
      since = Date.now();
      if (state === "warned") uncover();
      state = "open";
    } catch {
      // Without a line the time goes on.
    }
  };
  const look = () => {
    const idle = (Date.now() - since) / 1000;
    if (state === "locked") return;
    if (idle >= seconds) {
      lock();
    } else if (idle >= warning && state === "open") {
      // Who is typing is there.
      if (Date.now() - typedAt < 30000) return void extend();
      state = "warned";
      say(soon);
      cover();
    }
  };

  // How many doses the page without a line keeps in this browser, told once an hour from whatever page is open: a phone that
  // tells nothing is one that nobody works on.
  const kept = () => new Promise((resolve, reject) => {
    const asked = indexedDB.open("pramaan-offline");
    let unused = false;
    asked.onupgradeneeded = () => {
      unused = true;
      asked.transaction.abort();
    };
    asked.onerror = () => (unused ? resolve(0) : reject(asked.error));
    asked.onsuccess = () => {
      // Closed at once: a later version of that page could not change its database while any page holds it open.
      const db = asked.result;
      try {
        const counted = db.transaction("entry").objectStore("entry").count();
        counted.onsuccess = () => resolve(counted.result);
        counted.onerror = () => reject(counted.error);
      } catch (error) {
        reject(error);
      } finally {
        db.close();
      }
    };
  });
  const tell = async () => {
    try {
      if (Date.now() - Number(localStorage.getItem("pramaan-told")) < 3600000) return;
      const answer = await ask("/staff/offline/unsent", `&count=${await kept()}`);
      if (answer.status === 204) localStorage.setItem("pramaan-told", String(Date.now()));
    } catch {
      // It is told with another page.
    }
  };

  document.addEventListener("input", (event) => {
    typedAt = Date.now();
    const form = event.target.closest && event.target.closest("main form");
    if (form && form.method === "post") typed = form;
  });
  // The button of the navigation would go away from a half-filled form: it locks as the two minutes do.
  document.addEventListener("submit", (event) => {
    if (!typed || event.target.getAttribute("action") !== "/staff/pin/lock") return;
    event.preventDefault();
    if (state !== "locked") lock();
  });
  // Browsers that do not know `inert` keep the focus here by this.
  document.addEventListener("focusin", (event) => {
    if (!box.hidden && !box.contains(event.target)) stay.focus();
  });
  stay.addEventListener("click", () => (state === "locked" ? lock() : extend()));
  document.addEventListener("visibilitychange", look);
  // A page that comes back from the browser's memory is as old as it is.
  window.addEventListener("pageshow", look);
  setInterval(look, 1000);
  setTimeout(tell, 2000);
})();
