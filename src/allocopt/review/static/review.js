// The gestures that a page without a script cannot have; all else are links and forms.
(() => {
  "use strict";
  const root = document.documentElement;
  root.classList.add("scripted");
  let kept = ""; // the mark that a click keeps

  const markOf = (target) => target.closest?.("[data-mark]")?.dataset.mark ?? "";

  function show(mark) {
    for (const one of document.querySelectorAll(".marked")) one.classList.remove("marked");
    if (!mark) return;
    const name = CSS.escape(mark);
    for (const one of document.querySelectorAll(`[data-mark="${name}"]`)) one.classList.add("marked");
  }

  for (const [event, found] of [["pointerover", markOf], ["focusin", markOf], ["pointerout", () => ""], ["focusout", () => ""]]) {
    document.addEventListener(event, ({ target }) => { if (!kept) show(found(target)); });
  }
  document.addEventListener("click", ({ target }) => {
    if (target.closest("a, button, input, select, textarea, summary, label")) return;
    const mark = markOf(target);
    kept = mark === kept ? "" : mark;
    show(kept);
  });

  // A table that is whole is sorted here; a long one by its address.
  function sortable(table) {
    for (const head of table.tHead.querySelectorAll("th")) {
      const button = document.createElement("button");
      button.type = "button";
      button.append(...head.childNodes);
      head.append(button);
      button.addEventListener("click", () => sort(table, head));
    }
  }

  function sort(table, head) {
    const sign = head.getAttribute("aria-sort") === "ascending" ? -1 : 1;
    for (const one of table.tHead.querySelectorAll("th")) one.removeAttribute("aria-sort");
    head.setAttribute("aria-sort", sign === 1 ? "ascending" : "descending");
    const words = new Intl.Collator(root.lang, { numeric: true });
    const key = (row) => row.cells[head.cellIndex];
    const value = (cell) => (cell.dataset.value ?? "") === "" ? NaN : Number(cell.dataset.value);
    const order = (one, other) => {
      const [a, b] = [value(one), value(other)];
      if (Number.isNaN(a) && Number.isNaN(b)) return sign * words.compare(one.textContent, other.textContent);
      // What is not known comes last, whichever way the rest goes.
      return Number.isNaN(a) ? 1 : Number.isNaN(b) ? -1 : sign * (a - b);
    };
    const body = table.tBodies[0];
    body.append(...[...body.rows].sort((one, other) => order(key(one), key(other))));
  }

  function prepare(part) {
    for (const table of part.querySelectorAll("table[data-sortable]:not(.ready)")) {
      table.classList.add("ready");
      sortable(table);
    }
    show(kept);
  }

  // Keys of buttons and links stand at them as data-key, such as "u ctrl+z"; in a field they are letters.
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      kept = "";
      show("");
      notice("");
    }
    const typing = event.target.closest("input, select, textarea, [contenteditable]");
    if (typing || event.altKey) return;
    const held = event.ctrlKey || event.metaKey ? "ctrl+" : "";
    const hit = document.querySelector(`[data-key~="${CSS.escape(held + event.key)}"]:not([disabled])`);
    if (!hit) return;
    event.preventDefault();
    hit.click();
  });

  function notice(text) {
    const area = document.getElementById("notice");
    area.replaceChildren();
    if (!text) return;
    const line = document.createElement("p");
    line.textContent = text;
    area.append(line);
  }

  // What is replaced hands the focus on: to what stands in its place, else to the part that was replaced.
  let left = null; // how to find again what had the focus

  function placeOf(one) {
    const form = one.closest("form");
    const target = form?.getAttribute("action");
    const within = form ? `form${form.id && `#${CSS.escape(form.id)}`}${target ? `[action="${CSS.escape(target)}"]` : ""}` : "";
    const own = one.localName + (one.name ? `[name="${CSS.escape(one.name)}"]` : "");
    const part = one.closest("#what-if, #content")?.id ?? "";
    const selector = one.id ? `#${CSS.escape(one.id)}` : `${part && `#${part}`} ${within} ${own}`;
    return { selector, part, index: [...document.querySelectorAll(selector)].indexOf(one) };
  }

  function hand() {
    if (left && document.activeElement === document.body) {
      const alike = [...document.querySelectorAll(left.selector)];
      const next = alike[Math.min(left.index, alike.length - 1)];
      (next && !next.disabled ? next : document.getElementById(left.part))?.focus();
    }
    left = null;
  }

  document.addEventListener("htmx:before:swap", () => {
    if (document.activeElement !== document.body) left = placeOf(document.activeElement);
  });
  document.addEventListener("htmx:before:request", () => notice(""));
  document.addEventListener("htmx:error", ({ target }) => {
    notice(document.body.dataset.lost);
    // A stream that has begun is taken up again by itself; one that could not begin is asked for again.
    if (target.id === "running") setTimeout(() => htmx.trigger(target, "again"), 2000);
  });
  document.addEventListener("htmx:after:swap", () => { prepare(document); hand(); });
  document.addEventListener("toggle", ({ target }) => {
    if (target.id === "side") document.cookie = `folded=${target.open ? "no" : "yes"}; path=/; max-age=31536000; samesite=lax`;
  }, true);
  prepare(document);
})();
