// The conversation's menu, and the question that the page's address may bring.
const questionBox = () => document.querySelector("#qa-question textarea");

const save = ({ name, type, text }) => {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type: `${type};charset=utf-8` }));
  link.download = name;
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
};

const panel = element.querySelector("#qa-export");
panel.addEventListener("beforetoggle", () => {
  const empty = !document.querySelector("#qa-conversation .exchange");
  panel.querySelector(".empty").hidden = !empty;
  panel.querySelector(".full").hidden = empty;
});

element.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (button?.dataset.tool === "fresh") {
    trigger("fresh");
    questionBox()?.focus();
  } else if (button?.dataset.format) {
    trigger("exported", { format: button.dataset.format });
    panel.hidePopover();
  }
});

// The value is data from the server and never becomes HTML.
watch("value", () => {
  const message = props.value ? JSON.parse(props.value) : {};
  if (message.kind === "file") save(message);
  else if (message.kind === "keep") earlier.keep(message);
  else if (message.kind === "refused") earlier.refused();
  else if (message.kind === "rated") {
    document.dispatchEvent(new CustomEvent("qa:rated", { detail: message }));
  }
});

const address = new URL(window.location.href);
const linked = address.searchParams.get("question");
if (linked !== null) {
  // Asked once: a reload should not ask it again.
  address.searchParams.delete("question");
  window.history.replaceState(window.history.state, "", address);
}
if (linked?.trim()) trigger("linked", { question: linked });
else earlier.reopenCurrent();
