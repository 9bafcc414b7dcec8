// Draws fixations, heat map and boxes over a picture.
"use strict";
saccade.overlay = (() => {
  // Eleven stops each; lightness rises evenly, so any colour vision reads their order.
  const maps = {
    viridis: ["440154", "482475", "414487", "355f8d", "2a788e", "21918c", "22a884", "44bf70", "7ad151", "bddf26", "fde725"],
    cividis: ["00224e", "0d346b", "35456c", "4f576c", "666970", "7d7c78", "948e77", "aea371", "c8b866", "e5cf52", "fee838"],
  };
  const stops = Object.fromEntries(
    Object.entries(maps).map(([name, colours]) => [
      name,
      colours.map((c) => [0, 2, 4].map((i) => parseInt(c.slice(i, i + 2), 16))),
    ]),
  );

  /** Red, green and blue of a share from 0 to 1. */
  const colour = (map, share) => {
    const at = Math.max(0, Math.min(1, share)) * (stops[map].length - 1);
    const low = Math.min(stops[map].length - 2, Math.floor(at));
    return stops[map][low].map((from, i) => Math.round(from + (at - low) * (stops[map][low + 1][i] - from)));
  };

  const heat = (map, colours) => {
    const bytes = atob(map.values);
    const canvas = document.createElement("canvas");
    canvas.width = map.cols;
    canvas.height = map.rows;
    const context = canvas.getContext("2d");
    const pixels = context.createImageData(map.cols, map.rows);
    for (let i = 0; i < bytes.length; i++) {
      const share = bytes.charCodeAt(i) / 255;
      const [r, g, b] = colour(colours, share);
      pixels.data.set([r, g, b, Math.round(255 * (0.35 + 0.45 * share))], 4 * i);
    }
    context.putImageData(pixels, 0, 0);
    return canvas;
  };

  const frame = (context, [x0, y0, x1, y1], width, height, colour, dash) => {
    const box = [(x0 * width) / 1000, (y0 * height) / 1000, ((x1 - x0) * width) / 1000, ((y1 - y0) * height) / 1000];
    context.setLineDash([]);
    context.lineWidth = 4;
    context.strokeStyle = "rgba(0,0,0,.65)";
    context.strokeRect(...box);
    context.setLineDash(dash);
    context.lineWidth = 2;
    context.strokeStyle = colour;
    context.strokeRect(...box);
    context.setLineDash([]);
  };

  const dots = (context, points, width, height) => {
    const largest = Math.max(3, 0.018 * Math.max(width, height));
    const uniform = points.every((value, i) => i % 3 !== 2 || value === 1000);
    for (let i = 0; i < points.length; i += 3) {
      const share = points[i + 2] / 1000;
      const radius = uniform ? Math.max(1.2, largest / 3) : Math.max(1.2, largest * Math.sqrt(share));
      context.beginPath();
      context.arc((points[i] * width) / 1000, (points[i + 1] * height) / 1000, radius, 0, 2 * Math.PI);
      context.fillStyle = "rgba(255,214,10,.82)";
      context.fill();
      context.lineWidth = 0.9;
      context.strokeStyle = "rgba(15,15,15,.85)";
      context.stroke();
    }
  };

  /** Draws the chosen layers. */
  const layers = (context, card, width, height, chosen) => {
    if (chosen.map && card.map) {
      context.imageSmoothingEnabled = true;
      context.imageSmoothingQuality = "high";
      context.drawImage(heat(card.map, chosen.colours), 0, 0, width, height);
    }
    if (chosen.truth) {
      (card.truth ?? []).forEach((box) => frame(context, box, width, height, "#8fe3ff", [7, 5]));
    }
    if (chosen.box && card.box) {
      frame(context, card.box, width, height, "#ffffff", []);
    }
    if (chosen.fixations && card.fixations) {
      dots(context, card.fixations, width, height);
    }
  };

  /** A clear canvas of the size at which it is shown, sharp on any screen. */
  const prepare = (canvas) => {
    const ratio = window.devicePixelRatio || 1;
    const width = canvas.clientWidth;
    const height = canvas.clientHeight;
    canvas.width = Math.round(width * ratio);
    canvas.height = Math.round(height * ratio);
    const context = canvas.getContext("2d");
    context.scale(ratio, ratio);
    return { context, width, height };
  };

  /** A picture with a canvas over it, filling a box of the picture's shape. */
  const picture = (card, alt) => {
    const shown = saccade.element("div", { class: "picture" });
    if (!card.picture) {
      shown.append(saccade.element("p", { class: "nothing" }, "no picture"));
      return { shown, redraw: () => {}, paint: () => {} };
    }
    const image = saccade.element("img", { src: saccade.root + card.picture, alt, loading: "lazy", decoding: "async", width: card.width, height: card.height });
    const canvas = saccade.element("canvas", { "aria-hidden": "true" });
    const fit = saccade.element("div", { class: "fit" }, image, canvas);
    fit.style.aspectRatio = `${card.width} / ${card.height}`;
    fit.classList.toggle("tall", card.height > card.width);
    shown.append(fit);
    const paint = (draw) => draw(prepare(canvas));
    const redraw = (chosen) => paint(({ context, width, height }) => layers(context, card, width, height, chosen));
    return { shown, redraw, paint };
  };

  return { layers, picture, colour };
})();
