// Conversations kept in this browser, each under a key of its own. What is read back may be
// damaged: only the server says whether it is a conversation. Nothing here becomes HTML.
const earlier = (() => {
  const MOST = 50;
  const prefix = `qa:${window.location.pathname}:`;
  const current = `${prefix}current`;
  const panel = element.querySelector("#qa-earlier");
  const texts = props.texts;

  // A browser that keeps nothing for pages throws already here.
  const opened = (name) => {
    try {
      return window[name];
    } catch {
      return null;
    }
  };
  const shelf = opened("localStorage");
  const tab = opened("sessionStorage");

  const read = (key) => {
    try {
      const { title, time, data } = JSON.parse(shelf.getItem(key));
      if (typeof title === "string" && Number.isFinite(time) && typeof data === "string") {
        return { key, title: title.slice(0, 200), time, data };
      }
    } catch {
      // Not written by this page: it is passed over, and goes with "Clear all".
    }
    return null;
  };

  const keys = () =>
    shelf ? Object.keys(shelf).filter((key) => key.startsWith(`${prefix}talk:`)) : [];

  // The one that was shown last comes first.
  const all = () =>
    keys()
      .map(read)
      .filter(Boolean)
      .sort((one, other) => other.time - one.time);

  const write = (key, entry) => {
    const others = all().filter((each) => each.key !== key);
    for (const old of others.splice(MOST - 1)) shelf.removeItem(old.key);
    for (;;) {
      try {
        shelf.setItem(key, JSON.stringify(entry));
        return true;
      } catch {
        // No room: the oldest one goes.
        const oldest = others.pop();
        if (!oldest) return false;
        shelf.removeItem(oldest.key);
      }
    }
  };

  let failed = !shelf;

  const keep = ({ key, title, data }) => {
    if (!shelf || !tab) return;
    if (!key) {
      tab.removeItem(current);
      return;
    }
    const name = `${prefix}talk:${key}`;
    failed = !write(name, { title, time: Date.now(), data });
    if (!failed) tab.setItem(current, name);
  };

  const reopen = (entry) => {
    if (!entry) return;
    // Before the server answers: the list may be opened at once.
    write(entry.key, { title: entry.title, time: Date.now(), data: entry.data });
    tab.setItem(current, entry.key);
    trigger("reopened", { data: entry.data });
  };

  const reopenCurrent = () => {
    const name = shelf && tab?.getItem(current);
    if (name) reopen(read(name));
  };

  // The server could make nothing of the one that was to be reopened.
  const refused = () => {
    shelf.removeItem(tab.getItem(current));
    tab.removeItem(current);
  };

  const forget = (names) => {
    const mine = tab.getItem(current);
    for (const name of names) shelf.removeItem(name);
    if (names.includes(mine)) {
      tab.removeItem(current);
      trigger("fresh");
    }
  };

  const make = (tag, className, words) => {
    const made = document.createElement(tag);
    made.className = className;
    made.textContent = words;
    if (tag === "button") made.type = "button";
    return made;
  };

  const time = new Intl.DateTimeFormat(document.documentElement.lang || undefined, {
    dateStyle: "medium",
    timeStyle: "short",
  });

  const row = (entry) => {
    const item = document.createElement("li");
    const open = make("button", "talk-title", "");
    const name = make("bdi", "", entry.title);
    const when = make("small", "", time.format(new Date(entry.time)));
    open.append(name, when);
    open.addEventListener("click", () => {
      panel.hidePopover();
      reopen(read(entry.key));
    });
    const remove = make("button", "tool", "");
    remove.dataset.tool = "delete";
    remove.setAttribute("aria-label", `${texts.delete}: ${entry.title}`);
    remove.title = texts.delete;
    remove.addEventListener("click", () => {
      const next = item.nextElementSibling ?? item.previousElementSibling;
      forget([entry.key]);
      item.remove();
      if (next) next.querySelector(".tool").focus();
      else show();
    });
    if (entry.key === tab.getItem(current)) open.setAttribute("aria-current", "true");
    item.append(open, remove);
    return item;
  };

  const show = () => {
    const entries = all();
    panel.replaceChildren();
    if (failed) panel.append(make("p", "", texts.noRoom));
    if (!entries.length) {
      if (!failed) panel.append(make("p", "", texts.earlierNone));
      return;
    }
    const list = make("ul", "talks", "");
    list.append(...entries.map(row));
    const foot = make("div", "foot", "");
    const clear = make("button", "clear", texts.clear);
    clear.addEventListener("click", () => {
      if (clear.textContent === texts.clear) {
        clear.textContent = texts.clearSurely;
        return;
      }
      forget(keys());
      show();
    });
    foot.append(make("small", "", texts.earlierKept), clear);
    panel.append(list, foot);
  };

  panel.addEventListener("beforetoggle", (event) => {
    if (event.newState === "open") show();
  });

  return { keep, refused, reopenCurrent };
})();

