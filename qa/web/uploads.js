// A visitor's own documents: files and pasted text on their way to the server, one after another.
{
  const own = element.querySelector(".own");
  const waiting = [];
  let key = "";
  let running = false;

  const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name]);

  const estimate = ({ done, documents, total }, seconds) => {
    const number = (value, digits) =>
      value.toLocaleString(document.documentElement.lang, { maximumFractionDigits: digits });
    const left = fill(props.texts.left, { seconds: number((seconds / done) * (1 - done), 0) });
    if (total < 2) return left;
    const rate = number(documents / seconds, 1);
    return `${fill(props.texts.reading, { documents, total, rate })} ${left}`;
  };

  const send = (file, row) =>
    new Promise((resolve) => {
      const said = row.querySelector(".said");
      const bar = row.querySelector("progress");
      const end = (fill) => {
        bar.remove();
        fill();
        own.querySelector(".arrived").textContent = row.textContent;
        resolve();
      };
      const fail = () => end(() => (said.textContent = props.texts.failed));
      if (file.size > Number(props.texts.bytes)) {
        end(() => (said.textContent = props.texts.tooLarge));
        return;
      }
      said.textContent = "";
      const lines = () => request.responseText.split("\n").slice(0, -1);
      const request = new XMLHttpRequest();
      const root = new URL(window.gradio_config.root, window.location.href).pathname;
      request.open("POST", `${root.replace(/\/$/, "")}/own-documents`);
      request.setRequestHeader("X-QA-Key", key);
      // Lone surrogates cannot be encoded.
      const name = file.name.replace(/[\ud800-\udfff]/gu, "\ufffd");
      request.setRequestHeader("X-QA-Name", encodeURIComponent(name));
      // Half for the way, half for the reading.
      request.upload.addEventListener("progress", (event) => {
        if (event.total) bar.value = (0.5 * event.loaded) / event.total;
      });
      let began;
      request.addEventListener("progress", () => {
        const last = lines().at(-1);
        if (!last) return;
        const step = JSON.parse(last);
        bar.value = 0.5 + 0.5 * (step.done ?? 1);
        began ??= performance.now();
        const seconds = (performance.now() - began) / 1000;
        // The first moments tell nothing of those to come.
        if (seconds > 1 && step.done > 0) said.textContent = estimate(step, seconds);
      });
      request.addEventListener("error", fail);
      request.addEventListener("load", () => {
        const last = lines().at(-1);
        let html;
        try {
          html = JSON.parse(last).html;
        } catch {
          // A proxy's page, say: no answer of this server's.
        }
        if (html === undefined) fail();
        else end(() => (said.innerHTML = html));
      });
      request.send(file);
    });

  const run = async () => {
    if (running || !key) return;
    running = true;
    while (waiting.length) {
      await send(...waiting.shift());
      first = 0;
      ask();
    }
    running = false;
  };

  const add = (files) => {
    for (const file of files) {
      const row = document.createElement("li");
      row.innerHTML = '<bdi></bdi> <progress max="1" value="0"></progress><div class="said"></div>';
      row.querySelector("bdi").textContent = file.name;
      row.querySelector("progress").setAttribute("aria-label", file.name);
      row.querySelector(".said").textContent = props.texts.waiting;
      own.querySelector(".arrivals").prepend(row);
      waiting.push([file, row]);
    }
    run();
  };

  if (own) {
    const input = own.querySelector("input[type=file]");
    input.addEventListener("change", () => {
      add([...input.files]);
      input.value = ""; // the same file may be chosen again
    });

    own.querySelector(".paste").addEventListener("click", () => {
      const text = own.querySelector("textarea");
      const title = own.querySelector(".title-box");
      if (!text.value.trim()) {
        text.focus();
        return;
      }
      const count = own.querySelectorAll(".arrivals > li").length + 1;
      const name = title.value.trim() || `${props.texts.pasted} ${count}`;
      add([new File([text.value], `${name.replace(/[/\\]/g, "-")}.txt`)]);
      text.value = title.value = "";
      text.focus();
    });

    // Files may be dropped anywhere: beside the panel the browser would leave the page for them.
    const brings = (event) => event.dataTransfer?.types.includes("Files");
    window.addEventListener("dragover", (event) => {
      if (!brings(event)) return;
      event.preventDefault();
      right.classList.add("dropping");
    });
    window.addEventListener("dragleave", (event) => {
      if (!event.relatedTarget) right.classList.remove("dropping");
    });
    window.addEventListener("drop", (event) => {
      if (!brings(event)) return;
      event.preventDefault();
      right.classList.remove("dropping");
      show("documents");
      add([...event.dataTransfer.files]);
    });

    const undo = own.querySelector(".undo");
    element.addEventListener("click", (event) => {
      const button = event.target.closest("[data-remove], [data-restore]");
      if (!button) return;
      const document = button.dataset.remove;
      const wanted = { document, find: box.value, first };
      trigger(document === undefined ? "restored" : "removed", wanted);
      if (chosen.delete(document)) choose();
    });

    watch("value", () => {
      const data = props.value ? JSON.parse(props.value) : {};
      key = data.key || key;
      if (data.undo !== undefined) {
        undo.innerHTML = data.undo;
        // The button that was pressed is gone.
        (undo.querySelector("button") ?? box).focus();
      }
      run();
    });
  }
}
