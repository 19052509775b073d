// The conversation's menu, and the question that the page's address may bring.
const questionBox = () => document.querySelector("#qa-question textarea");

element.addEventListener("click", (event) => {
  const entry = event.target.closest(".menu button");
  if (entry?.dataset.tool === "fresh") {
    trigger("fresh");
    questionBox()?.focus();
  }
});

const address = new URL(window.location.href);
const linked = address.searchParams.get("question");
if (linked !== null) {
  // Asked once: a reload should not ask it again.
  address.searchParams.delete("question");
  window.history.replaceState(window.history.state, "", address);
  if (linked.trim()) trigger("linked", { question: linked });
}
