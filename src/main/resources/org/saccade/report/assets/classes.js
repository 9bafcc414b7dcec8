// The table of classes: sorts, filters, pages.
"use strict";
(async () => {
  const { element, bdi } = saccade;
  const pageSize = 100;
  await saccade.data("names");
  const rows = await saccade.data("classes");
  rows.forEach((row) => {
    row.name = saccade.className(row.class);
    row.takenForName = row.takenFor === undefined ? undefined : saccade.className(row.takenFor);
  });

  const share = (value) => saccade.percent(value);
  const columns = [
    { key: "name", title: "Class", text: (row) => row.name, words: true },
    { key: "rows", title: "Images", text: (row) => saccade.count(row.rows) },
    { key: "accuracy", title: "Accuracy", text: (row) => share(row.accuracy), bar: true },
    { key: "probability", title: "Probability", text: (row) => share(row.probability) },
    { key: "found", title: "Found", hint: "IoU of at least 0.5 with a true box", text: (row) => share(row.found), bar: true },
    { key: "iou", title: "Mean IoU", text: (row) => row.iou.toFixed(2) },
    { key: "inside", title: "Weight inside", hint: "share of the fixations' weight inside the true boxes", text: (row) => share(row.inside), bar: true },
    { key: "spread", title: "Spread", hint: "of the fixations, as a share of the diagonal", text: (row) => saccade.percent(row.spread, 1) },
    { key: "failed", title: "Failed", text: (row) => saccade.count(row.failed) },
    { key: "takenForName", title: "Most often taken for", text: (row) => `${row.takenForName}, ${row.takenForRows}×`, words: true },
  ].filter((column) => rows.some((row) => row[column.key] !== undefined && !(column.key === "failed" && row.failed === 0)));

  const byId = (id) => document.getElementById(id);
  const table = byId("classes");
  const filters = byId("filters");
  let sort = { key: rows.some((row) => row.accuracy !== undefined) ? "accuracy" : "rows", down: false };
  let page = 0;

  const compare = (a, b) => {
    const x = a[sort.key];
    const y = b[sort.key];
    if (x === undefined || y === undefined) {
      return (x === undefined) - (y === undefined); // Missing values come last in either direction.
    }
    const order = typeof x === "string" ? x.localeCompare(y) : x - y;
    return (sort.down ? -order : order) || a.class - b.class;
  };

  const cell = (column, row) => {
    const missing = row[column.key] === undefined;
    const text = missing ? "–" : column.text(row);
    if (column.key === "name") {
      return element("th", { scope: "row" }, element("a", { href: `gallery.html#class=${row.class}` }, bdi(text)));
    }
    const made = element("td", { class: column.words ? "" : "number" }, bdi(text));
    if (column.bar && !missing) {
      const bar = element("span", { class: "bar", "aria-hidden": "true" });
      bar.style.width = `${100 * row[column.key]}%`;
      made.append(bar);
      made.classList.add("barred");
    }
    return made;
  };

  const head = () => {
    const line = element("tr");
    for (const column of columns) {
      const sorted = sort.key === column.key;
      const button = element("button", { type: "button", title: column.hint ?? "" }, column.title, element("span", { class: "arrow", "aria-hidden": "true" }, sorted ? (sort.down ? "↓" : "↑") : "↕"));
      button.addEventListener("click", () => {
        sort = { key: column.key, down: sorted ? !sort.down : !column.words };
        page = 0;
        show();
        table.tHead.rows[0].cells[columns.indexOf(column)].querySelector("button").focus();
      });
      line.append(element("th", { scope: "col", class: column.words ? "" : "number", "aria-sort": sorted ? (sort.down ? "descending" : "ascending") : "none" }, button));
    }
    table.tHead.replaceChildren(line);
  };

  const show = () => {
    const text = filters.elements.text.value.toLowerCase();
    const least = Number(filters.elements.rows.value || 0);
    const found = rows.filter((row) => row.rows >= least && (!text || row.name.toLowerCase().includes(text))).sort(compare);
    const pages = Math.max(1, Math.ceil(found.length / pageSize));
    page = Math.min(page, pages - 1);
    head();
    table.tBodies[0].replaceChildren(
      ...found.slice(page * pageSize, (page + 1) * pageSize).map((row) => element("tr", {}, ...columns.map((column) => cell(column, row)))),
    );
    byId("found").textContent = found.length ? `${saccade.count(found.length)} of ${saccade.count(rows.length)} classes` : "No class matches. Clear a filter.";
    saccade.pager(byId("pager"), page, pages, (target) => {
      page = target;
      show();
    });
  };

  const refilter = () => {
    page = 0;
    show();
  };
  filters.addEventListener("submit", (event) => event.preventDefault());
  filters.addEventListener("input", refilter);
  filters.addEventListener("reset", () => setTimeout(refilter));
  show();
})();
