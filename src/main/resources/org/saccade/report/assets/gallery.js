// The gallery: filters over the index, cards from chunks of data, a viewer for one picture.
"use strict";
(async () => {
  const { element, bdi } = saccade;
  const pageSize = 24;
  await saccade.data("names");
  const index = await saccade.data("gallery");
  const total = index.name.length;

  const byId = (id) => document.getElementById(id);
  const filters = byId("filters");
  const layersForm = byId("layers");
  const cards = byId("cards");
  const viewer = byId("viewer");
  let found = [];
  let page = 0;
  let drawn = [];
  let open = -1;

  byId("drawn").textContent =
    total < index.population
      ? `${saccade.count(total)} of ${saccade.count(index.population)} rows: every class and outcome gives one in turn, so rare kinds show more often here than in the data.`
      : `All ${saccade.count(total)} rows.`;

  // What can be filtered for.
  const groups = [...new Set(index.group)].filter((group) => group >= 0);
  byId("classes").append(...groups.map((group) => element("option", { value: saccade.className(group) })));
  filters.elements.status.append(
    ...[...new Set(index.status)].sort().map((status) => element("option", { value: status }, status)),
  );

  const layers = () =>
    Object.fromEntries(
      [...layersForm.elements].filter((e) => e.name).map((e) => [e.name, e.type === "checkbox" ? e.checked : e.value]),
    );

  /** The index of a class that was typed: its whole name, or its number. */
  const typedClass = (text) => {
    const exact = groups.filter((group) => saccade.className(group) === text);
    if (exact.length) {
      return exact;
    }
    const wanted = text.toLowerCase();
    return groups.filter((group) => String(group) === wanted || saccade.className(group).toLowerCase().includes(wanted));
  };

  const filtered = () => {
    const wanted = Object.fromEntries(new FormData(filters));
    const classes = wanted.class ? new Set(typedClass(wanted.class)) : null;
    const name = wanted.name.toLowerCase();
    const result = [];
    for (let i = 0; i < total; i++) {
      const inRange =
        (!wanted.from && !wanted.to) ||
        (index.iou[i] >= 0 && index.iou[i] >= Number(wanted.from || 0) && index.iou[i] <= Number(wanted.to || 1));
      if (
        (!classes || classes.has(index.group[i])) &&
        (!wanted.outcome || index.outcome[i] === wanted.outcome) &&
        (!wanted.status || index.status[i] === wanted.status) &&
        inRange &&
        (!name || index.name[i].toLowerCase().includes(name))
      ) {
        result.push(i);
      }
    }
    const order = wanted.order;
    if (order) {
      const sign = order.startsWith("-") ? -1 : 1;
      const values = index[order.replace("-", "")];
      // Rows without a value come last in either direction.
      result.sort((a, b) => (values[a] < 0) - (values[b] < 0) || sign * (values[a] - values[b]) || a - b);
    }
    return result;
  };

  const cardData = async (i) => (await saccade.data(`gallery-${String(Math.floor(i / index.chunk)).padStart(5, "0")}`))[i % index.chunk];

  const predicted = (card) =>
    card.top?.length ? `${saccade.className(card.top[0][0])}, ${saccade.percent(card.top[0][1])}` : "no prediction";

  const alt = (card) =>
    `${card.name}: ${predicted(card)}` +
    (card.count === undefined ? "" : `, ${card.count} fixations`) +
    (card.iou === undefined ? "" : `, IoU ${card.iou.toFixed(2)}`);

  const mark = (i) => {
    const outcome = index.outcome[i];
    return outcome !== "unknown" ? element("span", { class: `mark ${outcome}` }, outcome) : "";
  };

  const summaryOf = (card, i) => {
    const lines = element("div", { class: "lines" });
    lines.append(element("p", { class: "says" }, bdi(predicted(card)), " ", mark(i)));
    if (card.label !== undefined && index.outcome[i] === "wrong") {
      lines.append(element("p", { class: "dim" }, "is ", bdi(saccade.className(card.label))));
    }
    if (card.status !== "ok") {
      lines.append(element("p", { class: "fault" }, bdi(`${card.status}${card.code ? ": " + card.code : ""}`)));
    }
    const numbers = [];
    if (card.iou !== undefined) {
      numbers.push(`IoU ${card.iou.toFixed(2)}`);
    }
    if (card.inside !== undefined) {
      numbers.push(`${saccade.percent(card.inside)} inside`);
    }
    lines.append(element("p", { class: "dim" }, numbers.join(" · ")));
    return lines;
  };

  const show = async () => {
    const turn = Symbol("turn");
    show.turn = turn;
    const pages = Math.max(1, Math.ceil(found.length / pageSize));
    page = Math.max(0, Math.min(page, pages - 1));
    const ordinals = found.slice(page * pageSize, (page + 1) * pageSize);
    const data = await Promise.all(ordinals.map(cardData));
    if (show.turn !== turn) {
      return; // A later filter overtook this one.
    }
    drawn = data.map((card, at) => {
      const picture = saccade.overlay.picture(card, alt(card));
      const button = element("button", { type: "button", class: "open", "aria-label": `Open ${alt(card)}` }, picture.shown);
      button.addEventListener("click", () => openViewer(page * pageSize + at));
      const name = element("p", { class: "name", title: card.name }, bdi(card.name));
      const item = element("li", { class: "card" }, button, name, summaryOf(card, ordinals[at]));
      return { item, picture };
    });
    cards.replaceChildren(...drawn.map((d) => d.item));
    redraw();
    byId("found").textContent = found.length
      ? `${saccade.count(found.length)} pictures, showing ${page * pageSize + 1} to ${page * pageSize + ordinals.length}`
      : "No picture matches. Clear a filter.";
    saccade.pager(byId("pager"), page, pages, (target) => {
      page = target;
      show().then(() => cards.scrollIntoView({ block: "start" }));
    });
  };

  const redraw = () => {
    const chosen = layers();
    drawn.forEach(({ picture }) => picture.redraw(chosen));
    if (viewer.open) {
      viewer.picture?.redraw(chosen);
    }
  };

  const refilter = () => {
    found = filtered();
    page = 0;
    show();
  };

  // The viewer.
  const openViewer = async (at) => {
    open = at;
    const i = found[at];
    const card = await cardData(i);
    byId("viewer-name").textContent = card.name;
    const picture = saccade.overlay.picture(card, alt(card));
    viewer.picture = picture;
    byId("viewer-stage").replaceChildren(picture.shown);
    byId("viewer-facts").replaceChildren(...factsOf(card, i));
    byId("viewer-previous").disabled = at === 0;
    byId("viewer-next").disabled = at === found.length - 1;
    if (!viewer.open) {
      viewer.showModal();
    }
    picture.redraw(layers());
  };

  const factsOf = (card, i) => {
    const facts = [summaryOf(card, i)];
    if (card.message) {
      facts.push(element("p", { class: "message" }, bdi(card.message)));
    }
    if (card.top?.length) {
      const list = element("ol", { class: "ranking", "aria-label": "Most probable classes" });
      for (const [c, p] of card.top) {
        const bar = element("span", { class: "bar", "aria-hidden": "true" });
        bar.style.width = `${Math.max(0.5, 100 * p)}%`;
        list.append(
          element("li", {}, element("span", { class: c === card.label ? "true" : "" }, bdi(saccade.className(c))), element("span", { class: "dim" }, saccade.percent(p, 1)), bar),
        );
      }
      facts.push(list);
    }
    const rows = [
      ["True class", card.label === undefined ? "unknown" : saccade.className(card.label)],
      ["Explained class", card.target === undefined ? "none" : saccade.className(card.target)],
      ["Size", card.width ? `${card.width} × ${card.height}` : "unknown"],
      ["Fixations", card.count ?? "none"],
      ["Spread", card.spread === undefined ? "none" : `${saccade.percent(card.spread, 1)} of the diagonal`],
    ];
    const table = element("table", { class: "facts" }, element("tbody", {}, ...rows.map(([k, v]) => element("tr", {}, element("th", { scope: "row" }, k), element("td", {}, bdi(String(v)))))));
    facts.push(table);
    if (card.walk) {
      facts.push(element("p", {}, element("a", { class: "button", href: saccade.root + card.walk }, "Walk back through the layers")));
    }
    return facts;
  };

  const step = (by) => {
    if (open + by >= 0 && open + by < found.length) {
      openViewer(open + by);
    }
  };
  byId("viewer-previous").addEventListener("click", () => step(-1));
  byId("viewer-next").addEventListener("click", () => step(1));
  byId("viewer-close").addEventListener("click", () => viewer.close());
  viewer.addEventListener("click", (event) => {
    if (event.target === viewer) {
      viewer.close(); // The backdrop.
    }
  });
  viewer.addEventListener("keydown", (event) => {
    if (event.key === "ArrowLeft" || event.key === "ArrowRight") {
      step(event.key === "ArrowLeft" ? -1 : 1);
      event.preventDefault();
    }
  });
  viewer.addEventListener("close", () => {
    const at = open - page * pageSize;
    drawn[at]?.item.querySelector("button").focus();
  });

  // A link such as gallery.html#class=12 arrives filtered.
  const linked = () => {
    const asked = new URLSearchParams(location.hash.slice(1));
    if (asked.has("class")) {
      filters.elements.class.value = saccade.className(Number(asked.get("class")));
    }
    for (const name of ["outcome", "status", "from", "to", "name", "order"]) {
      if (asked.has(name)) {
        filters.elements[name].value = asked.get(name);
      }
    }
  };

  filters.addEventListener("submit", (event) => event.preventDefault());
  filters.addEventListener("input", refilter);
  filters.addEventListener("reset", () => setTimeout(refilter));
  layersForm.addEventListener("input", redraw);
  window.addEventListener("hashchange", () => {
    linked();
    refilter();
  });
  new ResizeObserver(redraw).observe(cards);
  linked();
  refilter();
})();
