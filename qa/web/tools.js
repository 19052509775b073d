
// The tools beneath an answer. Texts come from tool_texts.py; nothing here becomes HTML.
{
  const texts = props.texts;

  const say = (tool, sentence) => {
    const said = tool.closest(".tools").querySelector(".said");
    said.textContent = sentence;
    setTimeout(() => {
      if (said.textContent === sentence) said.textContent = "";
    }, 4000);
  };

  const write = async (text) => {
    if (navigator.clipboard) return navigator.clipboard.writeText(text);
    // Over plain HTTP from another machine there is no clipboard object.
    const box = document.createElement("textarea");
    box.value = text;
    document.body.append(box);
    box.select();
    const done = document.execCommand("copy");
    box.remove();
    if (!done) throw new Error("copying was refused");
  };

  const copy = (tool, text) =>
    write(text).then(
      () => say(tool, texts.copied),
      () => say(tool, texts.notCopied),
    );

  const linkTo = (question) => {
    const address = new URL(window.location.href);
    address.search = new URLSearchParams({ question });
    address.hash = "";
    return address.href;
  };

  const number = (tool) => Number(tool.closest(".exchange").dataset.exchange);
  const waiting = () => element.querySelector(".pending");

  const button = (words, kind) => {
    const made = document.createElement("button");
    made.type = kind;
    made.textContent = words;
    return made;
  };

  const edit = (tool) => {
    const exchange = tool.closest(".exchange");
    if (exchange.querySelector(".editor")) return;
    const shown = exchange.querySelector(".question");
    const form = document.createElement("form");
    form.className = "editor";
    const box = document.createElement("textarea");
    box.value = tool.dataset.question;
    box.rows = 2;
    box.dir = "auto";
    box.setAttribute("aria-label", texts.editBox);
    const cancel = button(texts.editCancel, "button");
    form.append(box, button(texts.editAsk, "submit"), cancel);
    if (exchange.nextElementSibling) {
      const note = document.createElement("small");
      note.textContent = texts.editDrops;
      form.append(note);
    }
    const close = () => {
      form.remove();
      shown.hidden = false;
    };
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      if (waiting()) return;
      const question = box.value;
      close();
      trigger("edited", { exchange: number(tool), question });
    });
    const giveUp = () => {
      close();
      tool.focus();
    };
    cancel.addEventListener("click", giveUp);
    box.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
        event.preventDefault();
        form.requestSubmit();
      } else if (event.key === "Escape") {
        event.stopPropagation();
        giveUp();
      }
    });
    shown.hidden = true;
    shown.after(form);
    box.focus();
    box.setSelectionRange(box.value.length, box.value.length);
  };

  element.addEventListener("click", (event) => {
    const tool = event.target.closest(".tools button");
    if (!tool) return;
    const name = tool.dataset.tool;
    if (name === "copy") copy(tool, tool.dataset.copy);
    else if (name === "link") copy(tool, linkTo(tool.dataset.link));
    else if (name === "edit") edit(tool);
    else if (name === "again" && !waiting()) trigger("again", { exchange: number(tool) });
  });
}
