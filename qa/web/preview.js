// Tooltips: a marker's passage, and what the words of confidence mean. Shown on hover and focus,
// stays while the pointer is on it, goes with Escape. Text is written as text, never as HTML.
{
  const tooltip = document.createElement("div");
  tooltip.id = "qa-preview";
  tooltip.setAttribute("role", "tooltip");
  tooltip.popover = "manual";
  document.body.append(tooltip);

  const part = (name, text) => {
    const made = document.createElement(name);
    made.textContent = text;
    made.dir = "auto";
    return made;
  };

  const fill = ({ tip, place, before, quote, after }) => {
    if (tip !== undefined) {
      tooltip.replaceChildren(part("p", tip));
      return;
    }
    const passage = part("p", "");
    passage.append(before ? `${before} ` : "", part("mark", quote), after ? ` ${after}` : "");
    tooltip.replaceChildren(passage, part("small", place));
  };

  let owner = null;
  let timer = 0;

  const hide = () => {
    clearTimeout(timer);
    if (!owner) return;
    owner.removeAttribute("aria-describedby");
    owner = null;
    if (tooltip.matches(":popover-open")) tooltip.hidePopover();
  };

  const stand = (box) => {
    const edge = 8;
    const { offsetWidth: width, offsetHeight: height } = tooltip;
    const { clientWidth, clientHeight } = document.documentElement;
    const left = Math.min(Math.max(edge, box.left), clientWidth - width - edge);
    const below = box.bottom + edge;
    const above = box.top - height - edge;
    tooltip.style.left = `${Math.max(edge, left)}px`;
    tooltip.style.top = `${below + height > clientHeight && above >= 0 ? above : below}px`;
  };

  const show = (target) => {
    clearTimeout(timer);
    if (owner === target || !target.isConnected) return;
    hide();
    owner = target;
    fill(target.dataset);
    target.setAttribute("aria-describedby", tooltip.id);
    tooltip.showPopover();
    stand(target.getBoundingClientRect());
  };

  const wanted = (event) => event.target.closest?.("[data-quote], [data-tip]");
  const later = (action, milliseconds) => {
    clearTimeout(timer);
    timer = setTimeout(action, milliseconds);
  };

  element.addEventListener("focusin", (event) => {
    const target = wanted(event);
    // Not after a click: it leads to the passage itself.
    if (target?.matches(":focus-visible")) show(target);
  });
  element.addEventListener("focusout", hide);
  element.addEventListener("pointerover", (event) => {
    const target = wanted(event);
    if (target && event.pointerType !== "touch") later(() => show(target), 200);
  });
  element.addEventListener("pointerout", (event) => {
    if (wanted(event) && event.target !== document.activeElement) later(hide, 300);
  });
  tooltip.addEventListener("pointerenter", () => clearTimeout(timer));
  tooltip.addEventListener("pointerleave", () => later(hide, 300));
  element.addEventListener("click", (event) => {
    const target = wanted(event);
    if (!target) return;
    if (target.dataset.tip === undefined) hide();
    else show(target);
  });
  element.addEventListener("scroll", hide, true);
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") hide();
  });
  watch("value", hide);
}
