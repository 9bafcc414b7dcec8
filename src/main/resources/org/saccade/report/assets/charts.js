// Histograms of the summary.
"use strict";
(async () => {
  const charts = await saccade.data("charts");
  const names = { right: "right", wrong: "wrong", unknown: "images" };
  const height = 190;

  const style = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

  const label = (id, value) => (id === "fixations" ? String(Math.round(2 ** value - 1)) : Number(value.toFixed(3)).toString());

  /** Outcomes stand on top of each other: each series is the sum of itself and those below. */
  const stacked = (series) => {
    const sums = [];
    series.forEach((one, at) => sums.push(one.counts.map((count, bin) => count + (at ? sums[at - 1][bin] : 0))));
    return sums;
  };

  const draw = (chart) => {
    const holder = document.querySelector(`[data-chart="${chart.id}"]`);
    const { from, to, bins, series } = chart.histogram;
    const width = (to - from) / bins;
    const middles = Array.from({ length: bins }, (_, bin) => from + (bin + 0.5) * width);
    const sums = stacked(series);
    const grid = { stroke: style("--line"), width: 1 };
    const axis = { stroke: style("--dim"), font: "12px system-ui, sans-serif", grid, ticks: { show: false } };
    // The tallest sum is drawn first, so that the others stand before it.
    const order = series.map((_, at) => at).reverse();
    const plot = new uPlot(
      {
        width: holder.clientWidth,
        height,
        legend: { show: false },
        cursor: { show: false },
        scales: { x: { time: false, range: [from, to] }, y: { range: (_, low, high) => [0, Math.max(1, high * 1.05)] } },
        axes: [
          { ...axis, grid: { show: false }, values: (_, at) => at.map((value) => label(chart.id, value)) },
          { ...axis, size: 52, values: (_, at) => at.map((value) => (Number.isInteger(value) ? saccade.count(value) : "")) },
        ],
        series: [
          {},
          ...order.map((at) => ({
            label: names[series[at].outcome],
            fill: style(`--${series[at].outcome}`),
            stroke: style("--panel"),
            width: 1,
            points: { show: false },
            paths: uPlot.paths.bars({ size: [1, 100] }),
          })),
        ],
      },
      [middles, ...order.map((at) => sums[at])],
      holder,
    );
    if (series.length > 1) {
      holder.append(
        saccade.element("p", { class: "legend" }, ...series.map((one) => saccade.element("span", { class: `key ${one.outcome}` }, names[one.outcome]))),
      );
    }
    return plot;
  };

  let plots = [];
  const drawAll = () => {
    plots.forEach((plot) => plot.destroy());
    document.querySelectorAll(".chart").forEach((holder) => holder.replaceChildren());
    plots = charts.map(draw);
  };
  document.addEventListener("saccade-theme", drawAll);
  new ResizeObserver(() => {
    const holders = [...document.querySelectorAll(".chart")];
    if (holders.some((holder, at) => plots[at] && plots[at].width !== holder.clientWidth)) {
      drawAll();
    }
  }).observe(document.querySelector(".charts"));
  drawAll();
})();
