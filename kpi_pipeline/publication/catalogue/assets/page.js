"use strict";
// The page can be read without this script. It lets a reader choose what the map shows, and opens what a link points to.
(() => {
  function open() {
    const goal = location.hash.length > 1 && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (!goal) return;
    for (let part = goal; part !== null; part = part.parentElement) if (part.matches("details")) part.open = true;
    goal.scrollIntoView();
  }
  addEventListener("hashchange", open);
  open();

  const held = document.getElementById("map-data");
  if (held === null) return;
  const map = JSON.parse(held.textContent);
  const form = document.querySelector(".choice");
  const { topic: topics, level: levels, year: years } = form.elements;
  const said = document.getElementById("map-said");
  const [counted, none] = [said.dataset.counted, said.dataset.none];
  const rows = document.querySelector("#map-table tbody");
  const legend = document.querySelector(".ground .legend");

  function fill(select, names, wanted) {
    select.replaceChildren(...names.map(([value, name]) => new Option(name, value)));
    if (names.some(([value]) => value === wanted)) select.value = wanted;
  }

  function element(tag, properties, ...children) {
    const made = Object.assign(document.createElement(tag), properties);
    made.append(...children);
    return made;
  }

  function named(name, anchor) {
    return anchor ? element("a", { href: "#" + anchor }, name) : name;
  }

  function show() {
    const topic = map.topics[topics.value];
    const level = topic.levels[levels.value];
    const year = years.value;
    const found = level.years[year];
    const byCode = new Map(found.map((row) => [row[0], row]));
    for (const tile of document.querySelectorAll(".tile")) {
      const { code, from, to, place } = tile.dataset;
      tile.hidden = year < Number(from) || year > Number(to);
      const [, , text, bin, anchor] = byCode.get(code) || [];
      const link = tile.firstElementChild;
      tile.className = "tile " + place + (text === undefined ? "" : " b" + bin);
      if (anchor) link.href = "#" + anchor;
      else link.removeAttribute("href");
      tile.querySelector(".value").textContent = text || "";
      tile.querySelector(".unseen").textContent = text === undefined ? none : "";
    }
    rows.replaceChildren(...found.map(([, name, text, , anchor]) => element("tr", {},
      element("th", { scope: "row" }, named(name, anchor)), element("td", { className: "n" }, text))));
    legend.replaceChildren(...level.legend.map(([bin, text]) => element("li", {},
      element("span", { className: "swatch b" + bin }), text)), element("li", {},
      element("span", { className: "swatch" }), none));
    said.textContent = `${topic.name}: ${level.name}, ${year}. ${found.length} ${counted}.`;
  }

  function chooseYear() {
    const wanted = years.value;
    const known = Object.keys(map.topics[topics.value].levels[levels.value].years).sort().reverse();
    fill(years, known.map((year) => [year, year]), wanted);
    show();
  }

  function chooseLevel() {
    fill(levels, map.topics[topics.value].levels.map((level, place) => [String(place), level.name]), "0");
    chooseYear();
  }

  topics.addEventListener("change", chooseLevel);
  levels.addEventListener("change", chooseYear);
  years.addEventListener("change", show);
  form.hidden = false;
})();
