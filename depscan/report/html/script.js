// Sorting, filtering, and opening what a link points to. Without it the page is complete, and stands still.
"use strict";

// -- links ------------------------------------------------------------------------------------------------------------

function reveal() {
  const target = location.hash.length > 1 && document.getElementById(location.hash.slice(1));
  if (!target) return;
  for (let box = target; box; box = box.parentElement) {
    if (box.tagName === "DETAILS") box.open = true;
  }
  target.scrollIntoView();
  const summary = target.querySelector(":scope > summary");
  if (summary) summary.focus({ preventScroll: true });
}

addEventListener("hashchange", reveal);
reveal();

// -- sorting ----------------------------------------------------------------------------------------------------------

function value(row, column) {
  const cell = row.cells[column];
  return "value" in cell.dataset ? Number(cell.dataset.value) : cell.textContent.trim().toLowerCase();
}

function compare(one, other) {
  if (typeof one === "number" && typeof other === "number") return one - other;
  return String(one).localeCompare(String(other), "en", { numeric: true });
}

function sort(table, heading) {
  const column = heading.cellIndex;
  const number = heading.classList.contains("num");
  const now = heading.ariaSort;
  const rising = now ? now !== "ascending" : !number; // numbers: the largest first
  for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
  heading.ariaSort = rising ? "ascending" : "descending";
  const body = table.tBodies[0];
  const rows = [...body.rows].map((row) => [value(row, column), row]);
  rows.sort(([one], [other]) => (rising ? compare(one, other) : compare(other, one)));
  body.append(...rows.map(([, row]) => row));
}

for (const table of document.querySelectorAll("table.sortable")) {
  for (const heading of table.tHead.rows[0].cells) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = heading.textContent;
    button.addEventListener("click", () => sort(table, heading));
    heading.replaceChildren(button);
  }
}

// -- filtering --------------------------------------------------------------------------------------------------------

for (const form of document.querySelectorAll("form.filter")) {
  const rows = [...form.parentElement.querySelector("table.sortable").tBodies[0].rows];
  const texts = new Map(rows.map((row) => [row, row.textContent.toLowerCase()]));
  const { words, tier, state, shown } = form.elements;

  const filter = () => {
    const wanted = words.value.toLowerCase().split(/\s+/).filter(Boolean);
    let number = 0;
    for (const row of rows) {
      const fits =
        (!tier.value || row.dataset.tier === tier.value) &&
        (!state.value || row.dataset.state === state.value) &&
        wanted.every((word) => texts.get(row).includes(word));
      row.hidden = !fits;
      number += fits;
    }
    shown.textContent = number === rows.length ? "" : `${number} of ${rows.length}`;
  };

  form.addEventListener("input", filter);
  form.addEventListener("submit", (event) => event.preventDefault());
  form.hidden = false;
  filter(); // a browser that goes back fills in what was asked before
}
