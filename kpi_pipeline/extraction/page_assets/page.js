"use strict";
(() => {
  const marks = [...document.querySelectorAll("a.n")];
  const panel = document.querySelector(".panel");
  const boxes = [...document.querySelectorAll(".legend input")];
  let open = [];

  function show(number) {
    for (const part of open) part.classList.remove("open");
    open = [];
    for (const mark of document.querySelectorAll(".chosen")) mark.classList.remove("chosen");
    const record = document.getElementById("n" + number);
    document.body.classList.toggle("reading", record !== null);
    if (record === null) return;
    open = [record, document.getElementById("s" + record.dataset.sentence)].filter((part) => part !== null);
    for (const part of open) part.classList.add("open");
    document.getElementById("at-" + number).classList.add("chosen");
    panel.scrollTop = 0;
  }

  // Keeps the chosen number in sight where the panel lies over the end of the window.
  function reveal(mark) {
    const box = mark.getBoundingClientRect();
    const top = getComputedStyle(panel).position === "fixed" ? panel.getBoundingClientRect().top : innerHeight;
    if (box.top < 0 || box.bottom > top) scrollBy({ top: box.top - top / 3 });
  }

  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-n]");
    if (link === null) return;
    event.preventDefault();
    show(link.dataset.n);
    if (!link.classList.contains("n")) document.getElementById("at-" + link.dataset.n).focus();
  });
  document.addEventListener("focusin", (event) => {
    if (!event.target.matches("a.n")) return;
    show(event.target.dataset.n);
    reveal(event.target);
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") show("");
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (!step || !event.target.matches("a.n")) return;
    const visible = marks.filter((mark) => !mark.classList.contains("off"));
    const next = visible[visible.indexOf(event.target) + step];
    event.preventDefault();
    if (next) next.focus();
  });

  // `kinds` holds one word a fact, "subject:level,level", or "unread:reason".
  function wanted(kinds, chosen) {
    return kinds.split(" ").some((kind) => {
      const [first, rest] = kind.split(":");
      if (first === "unread") return chosen.reason.has(rest);
      return chosen.subject.has(first) && rest.split(",").some((level) => chosen.level.has(level));
    });
  }

  function filter() {
    const chosen = { subject: new Set(), level: new Set(), reason: new Set() };
    for (const box of boxes) if (box.checked) chosen[box.name].add(box.value);
    let shown = 0;
    for (const mark of marks) {
      const on = wanted(mark.dataset.kinds, chosen);
      mark.classList.toggle("off", !on);
      mark.tabIndex = on ? 0 : -1;
      shown += on;
    }
    for (const row of document.querySelectorAll("tr[data-kinds]")) row.hidden = !wanted(row.dataset.kinds, chosen);
    const told = document.getElementById("shown");
    if (told !== null) told.textContent = shown + " of " + marks.length + " numbers marked";
  }

  for (const box of boxes) box.addEventListener("change", filter);
  document.addEventListener("click", (event) => {
    const button = event.target.closest("button[data-all], button[data-none]");
    if (button === null) return;
    const group = button.dataset.all || button.dataset.none;
    for (const box of boxes) if (box.name === group) box.checked = "all" in button.dataset;
    filter();
  });
  filter();
  if (/^#n\d+$/.test(location.hash)) show(location.hash.slice(2));
})();
