// Clicks in the conversation. A marker first asks the source pane (source.js) to show its mark;
// only where the pane holds another document or another answer's marks is the server asked.
const asked = { button: null };

element.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (!button) return;
  if (button.dataset.example !== undefined) {
    trigger("example", { question: button.dataset.example });
  } else if (button.dataset.mark) {
    asked.button = button;
    for (const other of element.querySelectorAll("[aria-current]")) {
      other.removeAttribute("aria-current");
    }
    button.setAttribute("aria-current", "true");
    const reveal = new CustomEvent("qa:reveal", {
      detail: { mark: button.dataset.mark },
      cancelable: true,
    });
    const unseen = document.dispatchEvent(reveal);
    if (unseen) trigger("place", { mark: button.dataset.mark });
  }
});

// Escape in the source leads back to the marker that led there.
document.addEventListener("qa:return", () => {
  const mark = CSS.escape(asked.button?.dataset.mark ?? "");
  // The conversation may have been drawn anew since.
  const button = asked.button?.isConnected ? asked.button : element.querySelector(`[data-mark="${mark}"]`);
  button?.focus({ focusVisible: true });
});

const showNewest = () => {
  const pane = element.querySelector(".talk");
  const newest = pane?.querySelector(".exchange:last-child");
  if (!newest) return;
  if (getComputedStyle(pane).overflowY === "visible") {
    newest.scrollIntoView({ block: "nearest" }); // a low screen: the page scrolls
    return;
  }
  // Its beginning stays in view where the whole does not fit.
  const top = newest.getBoundingClientRect().top - pane.getBoundingClientRect().top;
  pane.scrollTop += top - 16;
};

// Said once, when the answer is there: the whole log read anew would tell nobody anything.
const status = document.createElement("p");
status.className = "qa-status";
status.setAttribute("role", "status");
document.body.append(status);

const announce = () => {
  const newest = element.querySelector(".exchange:last-child");
  const parts = newest?.querySelectorAll(".answer > :is(.text, .pending, .error), .confidence");
  status.textContent = [...(parts ?? [])].map((part) => part.textContent).join(". ");
};

watch("value", () => {
  showNewest();
  announce();
});
