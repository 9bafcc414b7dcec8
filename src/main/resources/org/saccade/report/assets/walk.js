// One walk: points at every depth over the picture, with a slider, a list of layers and a filmstrip.
"use strict";
(async () => {
  const { element, bdi } = saccade;
  const byId = (id) => document.getElementById(id);
  await saccade.data("names");
  const walk = await saccade.data(byId("walk").dataset.walk);
  const interval = 650;

  const layersForm = byId("layers");
  const slider = byId("slider");
  const play = byId("play");
  let shown = []; // The steps that the slider goes through.
  let at = 0;
  let timer = null;

  const option = (name) => layersForm.elements[name].checked;

  const sameAs = (a, b) => a && JSON.stringify(a.points ?? null) === JSON.stringify(b.points ?? null) && a.weight === b.weight;

  const grid = (step) => (step.shape.length === 3 ? `${step.shape[2]} × ${step.shape[1]}` : "");
  const shape = (step) => (step.shape.length ? step.shape.join(" × ") : "");
  const isInput = (step) => step === walk.steps[walk.steps.length - 1];
  const short = (step) => (isInput(step) && step.kind === "input" ? "pixels" : step.layer);

  // Drawing.
  const drawStep = ({ context, width, height }, step, before, options) => {
    if (!step.points) {
      return;
    }
    context.fillStyle = "rgba(8,12,18,.28)";
    context.fillRect(0, 0, width, height);
    const cell = [step.cell[0] * width, step.cell[1] * height];
    const cells = options.cells && cell[0] > 0;
    if (cells) {
      drawCells(context, step, width, height, cell);
    }
    if (options.trail && before?.points) {
      context.lineWidth = 1;
      context.strokeStyle = "rgba(143,227,255,.75)";
      for (let i = 0; i < before.points.length; i += 3) {
        context.beginPath();
        context.arc((before.points[i] * width) / 1000, (before.points[i + 1] * height) / 1000, 3.5, 0, 2 * Math.PI);
        context.stroke();
      }
    }
    saccade.overlay.layers(context, { ...walk, fixations: step.points }, width, height, { ...options, fixations: !cells || cell[0] < 14, map: false });
  };

  /** A cell is filled as strongly as the evidence in it. */
  const drawCells = (context, step, width, height, [w, h]) => {
    const masses = new Map();
    let most = 0;
    for (let i = 0; i < step.points.length; i += 3) {
      const key = `${step.points[i]},${step.points[i + 1]}`;
      const mass = (masses.get(key) ?? 0) + step.points[i + 2];
      masses.set(key, mass);
      most = Math.max(most, mass);
    }
    for (const [key, mass] of masses) {
      const [x, y] = key.split(",").map(Number);
      const box = [(x * width) / 1000 - w / 2, (y * height) / 1000 - h / 2, Math.max(w, 1), Math.max(h, 1)];
      const share = mass / most;
      const [r, g, b] = saccade.overlay.colour("viridis", 0.3 + 0.7 * share);
      context.fillStyle = `rgba(${r},${g},${b},${0.12 + 0.6 * share})`;
      context.fillRect(...box);
      if (w >= 5) {
        context.lineWidth = 1;
        context.strokeStyle = `rgba(8,12,18,${0.2 + 0.5 * share})`;
        context.strokeRect(...box);
      }
    }
  };

  const big = saccade.overlay.picture(walk, `${walk.name} with the points of the chosen layer; the text below the slider says the same in words`);
  byId("stage").append(big.shown);

  const words = (step) => {
    const lines = [
      element("p", { class: "step-name" }, bdi(short(step)), step.kind && step.kind !== "input" ? element("span", { class: "dim" }, ` ${step.kind}`) : ""),
    ];
    const numbers = [];
    if (shape(step)) {
      numbers.push(`${shape(step)}`);
    }
    if (step.count) {
      numbers.push(`${step.count} ${step.count === 1 ? "point" : "points"} at ${step.places} ${step.places === 1 ? "place" : "places"}`);
    }
    if (step.weight < 0.9995) {
      numbers.push(`${saccade.percent(step.weight)} of the evidence passes here`);
    }
    if (step.sees) {
      numbers.push(step.kind === "input" ? "" : `a cell sees ${Math.round(step.sees)} input pixels across`);
    }
    lines.push(element("p", { class: "dim" }, numbers.filter(Boolean).join(" · ")));
    if (step.rule && step.kind !== "input") {
      lines.push(element("p", { class: "rule" }, element("span", { class: "dim" }, "Next: "), step.rule));
    } else if (!step.points) {
      lines.push(element("p", { class: "rule" }, "The walk starts here: one neuron, the class score."));
    } else if (step.kind === "input") {
      lines.push(element("p", { class: "rule" }, "The walk ends here: these are the fixations."));
    }
    return lines;
  };

  const show = (target) => {
    at = Math.max(0, Math.min(target, shown.length - 1));
    const step = shown[at];
    slider.value = at;
    slider.setAttribute("aria-valuetext", `${at + 1} of ${shown.length}: ${short(step)}`);
    big.paint((canvas) => drawStep(canvas, step, shown[at - 1], { cells: option("cells"), trail: option("trail"), box: option("box"), truth: option("truth") }));
    byId("step").replaceChildren(...words(step));
    byId("back").disabled = at === 0;
    byId("on").disabled = at === shown.length - 1;
    [...byId("depths").children].forEach((item) => {
      const button = item.querySelector("button");
      if (!button) {
        return;
      }
      const current = Number(button.dataset.step) === at;
      button.removeAttribute("aria-current");
      if (current) {
        button.setAttribute("aria-current", "step");
        const list = byId("depths");
        const top = item.offsetTop - list.offsetTop;
        if (top < list.scrollTop || top + item.offsetHeight > list.scrollTop + list.clientHeight) {
          list.scrollTop = top - list.clientHeight / 2;
        }
      }
    });
  };

  const list = () => {
    shown = walk.steps.filter((step, i) => option("all") || i === 0 || !sameAs(walk.steps[i + 1], step));
    slider.max = shown.length - 1;
    let last = null;
    const items = [];
    shown.forEach((step, i) => {
      const here = grid(step);
      if (here && here !== last) {
        items.push(element("li", { class: "grid" }, `${here} cells`));
      }
      last = here || last;
      const bar = element("span", { class: "bar", "aria-hidden": "true" });
      bar.style.width = `${100 * Math.min(1, step.weight)}%`;
      const button = element(
        "button",
        { type: "button", "data-step": String(i) },
        element("span", { class: "layer" }, bdi(short(step))),
        element("span", { class: "dim" }, step.count ? String(step.count) : ""),
        element("span", { class: "unseen" }, ` points, ${saccade.percent(step.weight)} of the evidence`),
        bar,
      );
      button.addEventListener("click", () => {
        pause();
        show(i);
      });
      items.push(element("li", {}, button));
    });
    byId("depths").replaceChildren(...items);
  };

  // One picture per resolution.
  const film = () => {
    const stages = new Map();
    walk.steps.forEach((step) => {
      if (step.points && step.weight > 0.5) {
        stages.set(grid(step) || "points", step);
      }
    });
    const frames = [...stages.values()].map((step) => {
      const picture = saccade.overlay.picture(walk, `${walk.name} with ${step.count} points of ${short(step)}`);
      const caption = grid(step) ? `${grid(step)} cells` : short(step);
      const button = element("button", { type: "button", "aria-label": `Show ${short(step)}, ${caption}` }, picture.shown);
      button.addEventListener("click", () => {
        pause();
        const target = shown.findIndex((other) => other === step);
        show(target >= 0 ? target : shown.findIndex((other) => sameAs(other, step)));
        byId("walk").scrollIntoView({ block: "start" });
      });
      byId("film").append(element("li", {}, button, element("p", {}, element("strong", {}, caption), element("br"), element("span", { class: "dim" }, bdi(short(step))))));
      return () => picture.paint((canvas) => drawStep(canvas, step, null, { cells: true, trail: false }));
    });
    const paint = () => frames.forEach((frame) => frame());
    new ResizeObserver(paint).observe(byId("film"));
    paint();
  };

  // Playing.
  const pause = () => {
    clearInterval(timer);
    timer = null;
    play.textContent = "Play";
    play.setAttribute("aria-pressed", "false");
  };
  play.addEventListener("click", () => {
    if (timer) {
      pause();
      return;
    }
    if (at === shown.length - 1) {
      show(0);
    }
    play.textContent = "Pause";
    play.setAttribute("aria-pressed", "true");
    timer = setInterval(() => {
      show(at + 1);
      if (at === shown.length - 1) {
        pause();
      }
    }, interval);
  });
  slider.addEventListener("input", () => {
    pause();
    show(Number(slider.value));
  });
  byId("back").addEventListener("click", () => {
    pause();
    show(at - 1);
  });
  byId("on").addEventListener("click", () => {
    pause();
    show(at + 1);
  });
  layersForm.addEventListener("input", (event) => {
    if (event.target.name === "all") {
      const step = shown[at];
      list();
      show(Math.max(0, shown.findIndex((other) => sameAs(other, step))));
    } else {
      show(at);
    }
  });
  new ResizeObserver(() => show(at)).observe(byId("stage"));
  list();
  film();
  show(shown.length - 1);
})();
