
// The tools beneath an answer. Texts come from tool_texts.py; nothing here becomes HTML.
{
  const texts = props.texts;

  const say = (tool, sentence) => {
    const said = tool.closest(".tools").querySelector(".said");
    said.textContent = sentence;
    status.textContent = sentence; // that of conversation.js, which screen readers follow
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

  // A thumb counts at once; a comment may follow, and sends the thumb once more with it.
  const comment = (tools, rating) => {
    tools.parentElement.querySelector(".comment")?.remove();
    if (!rating) return;
    const form = document.createElement("form");
    form.className = "editor comment";
    const box = document.createElement("input");
    box.type = "text";
    box.maxLength = 2000;
    box.dir = "auto";
    box.placeholder = rating === "up" ? texts.commentUp : texts.commentDown;
    box.setAttribute("aria-label", box.placeholder);
    form.append(box, button(texts.commentSend, "submit"));
    const thumb = tools.querySelector(`[data-tool="${rating}"]`);
    const close = () => {
      form.remove();
      thumb.focus();
    };
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      if (box.value.trim()) rate(tools, rating, box.value);
      close();
    });
    box.addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      event.stopPropagation();
      close();
    });
    tools.after(form);
    form.scrollIntoView({ block: "nearest" });
  };

  const press = (tools, rating) => {
    for (const thumb of tools.querySelectorAll("[aria-pressed]")) {
      thumb.setAttribute("aria-pressed", String(thumb.dataset.tool === rating));
    }
  };

  const rate = (tools, rating, text) =>
    trigger("rated", { exchange: number(tools), rating, comment: text });

  const thumb = (tool) => {
    if (waiting()) return;
    const tools = tool.closest(".tools");
    const rating = tool.getAttribute("aria-pressed") === "true" ? null : tool.dataset.tool;
    press(tools, rating);
    comment(tools, rating);
    rate(tools, rating, "");
  };

  document.addEventListener("qa:rated", ({ detail }) => {
    const tools = element.querySelector(`[data-exchange="${detail.exchange}"] .tools`);
    if (!tools) return;
    press(tools, detail.rating);
    if (!detail.rating) comment(tools, null);
    say(tools, detail.said);
  });

  element.addEventListener("click", (event) => {
    const tool = event.target.closest(".tools button");
    if (!tool) return;
    const name = tool.dataset.tool;
    if (name === "copy") copy(tool, tool.dataset.copy);
    else if (name === "link") copy(tool, linkTo(tool.dataset.link));
    else if (name === "edit") edit(tool);
    else if (name === "up" || name === "down") thumb(tool);
    else if (name === "again" && !waiting()) trigger("again", { exchange: number(tool) });
  });
}
