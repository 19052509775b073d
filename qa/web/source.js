// The source pane: finds a mark, scrolls the pane (not the page) to it, and shows it as chosen.
const still = window.matchMedia("(prefers-reduced-motion: reduce)");

const scrollTo = (pane, part, smooth) => {
  const box = pane.getBoundingClientRect();
  const wanted = pane.scrollTop + part.getBoundingClientRect().top - box.top - box.height / 3;
  const near = Math.abs(wanted - pane.scrollTop) < 3 * box.height;
  pane.scrollTo({ top: wanted, behavior: smooth && near && !still.matches ? "smooth" : "instant" });
};

const reveal = (mark, { choose, smooth }) => {
  const pane = element.querySelector(".source");
  const parts = [...element.querySelectorAll("mark")].filter((part) =>
    part.dataset.marks.split(" ").includes(mark),
  );
  if (!pane || !parts.length) return false;
  for (const other of element.querySelectorAll("mark.chosen")) other.classList.remove("chosen");
  scrollTo(pane, parts[0], smooth);
  if (choose) {
    for (const part of parts) part.classList.add("chosen");
    parts[0].focus({ preventScroll: true });
    // On a low screen the pane may be below the fold.
    pane.scrollIntoView({ block: "nearest" });
  }
  return true;
};

document.addEventListener("qa:reveal", (event) => {
  if (reveal(event.detail.mark, { choose: true, smooth: true })) event.preventDefault();
});

element.addEventListener("keydown", (event) => {
  if (event.key === "Escape") document.dispatchEvent(new CustomEvent("qa:return"));
});

let shown = element.querySelector(".source")?.dataset.document;

watch("value", () => {
  document.dispatchEvent(new CustomEvent("qa:source"));
  const pane = element.querySelector(".source");
  if (!pane) return;
  for (const other of element.querySelectorAll("mark.chosen")) other.classList.remove("chosen");
  if (pane.dataset.reveal) {
    reveal(pane.dataset.reveal, { choose: pane.dataset.choose === "true", smooth: false });
  } else if (pane.dataset.document !== shown) {
    pane.scrollTop = 0;
  }
  shown = pane.dataset.document;
});
