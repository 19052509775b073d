// The documents panel beside the source: a list that the server sends a page at a time.
const right = document.querySelector("#qa-right");
const tabs = [...element.querySelectorAll("[role=tab]")];
const panel = element.querySelector(".documents");
const box = element.querySelector(".find");
const list = element.querySelector(".list");
const chosen = new Set();
let first = 0;

const ask = () => trigger("listed", { find: box.value, first });

const show = (name) => {
  for (const tab of tabs) {
    const selected = tab.dataset.pane === name;
    tab.setAttribute("aria-selected", String(selected));
    tab.tabIndex = selected ? 0 : -1;
  }
  panel.hidden = name !== "documents";
  right.dataset.pane = name;
  if (name === "documents") ask();
};

const choose = () => trigger("chosen", { documents: [...chosen] });

const tick = () => {
  for (const each of list.querySelectorAll("input")) each.checked = chosen.has(each.dataset.document);
};

element.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (button?.dataset.pane) {
    show(button.dataset.pane);
  } else if (button?.dataset.first !== undefined) {
    first = Number(button.dataset.first);
    ask();
    panel.scrollTop = 0;
    box.focus({ preventScroll: true }); // the button goes with its page of the list
  } else if (button?.dataset.open !== undefined) {
    trigger("opened", { document: button.dataset.open });
    show("source");
    tabs[0].focus();
  }
});

element.addEventListener("keydown", (event) => {
  const at = tabs.indexOf(event.target);
  if (at >= 0 && ["ArrowLeft", "ArrowRight", "Home", "End"].includes(event.key)) {
    event.preventDefault();
    const next = event.key === "Home" ? 0 : event.key === "End" ? 1 : 1 - at;
    show(tabs[next].dataset.pane);
    tabs[next].focus();
  } else if (event.key === "Escape" && !panel.hidden && !box.value) {
    show("source");
    tabs[0].focus();
  }
});

element.addEventListener("change", (event) => {
  const id = event.target.dataset.document;
  if (id === undefined) return;
  if (event.target.checked) chosen.add(id);
  else chosen.delete(id);
  choose();
});

let typing = 0;
box.addEventListener("input", () => {
  clearTimeout(typing);
  first = 0;
  typing = setTimeout(ask, 150);
});

document.addEventListener("qa:ask-all", () => {
  chosen.clear();
  tick();
  choose();
});

// Before the source pane itself hears it: what is hidden can neither scroll nor take the focus.
window.addEventListener("qa:reveal", () => show("source"), true);
document.addEventListener("qa:source", () => show("source"));

watch("value", () => {
  const data = props.value ? JSON.parse(props.value) : {};
  if (data.find !== box.value) return; // something else was typed meanwhile
  list.innerHTML = data.list;
  tick();
});
