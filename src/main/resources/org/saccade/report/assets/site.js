// What all pages share: data that arrives as scripts, small builders, paging.
"use strict";
const saccade = (() => {
  const root = document.body.dataset.root;
  const arrived = new Map();
  const waiting = new Map();

  /** Called by files of data. */
  const receive = (name, value) => {
    arrived.set(name, value);
    waiting.get(name)?.(value);
    waiting.delete(name);
  };

  /** A promise of the data of that name, loaded when it is first asked for. */
  const requests = new Map();
  const data = (name) => {
    if (arrived.has(name)) {
      return Promise.resolve(arrived.get(name));
    }
    if (!requests.has(name)) {
      requests.set(
        name,
        new Promise((resolve, reject) => {
          waiting.set(name, resolve);
          const script = document.createElement("script");
          script.src = `${root}data/${name}.js`;
          script.onerror = () => reject(new Error(`data/${name}.js is missing`));
          document.head.append(script);
        }),
      );
    }
    return requests.get(name);
  };

  /** An element; text is text, never markup. */
  const element = (tag, properties = {}, ...children) => {
    const made = document.createElement(tag);
    for (const [name, value] of Object.entries(properties)) {
      if (name === "class") {
        made.className = value;
      } else if (name.includes("-") || name === "role" || name === "scope") {
        made.setAttribute(name, value);
      } else {
        made[name] = value;
      }
    }
    made.append(...children);
    return made;
  };

  /** Text from elsewhere, kept from turning the direction of its neighbours. */
  const bdi = (text) => element("bdi", {}, text);

  const className = (index) => {
    const name = arrived.get("names")?.[index];
    return name ? `${name} (${index})` : `class ${index}`;
  };

  const percent = (share, digits = 0) => `${(100 * share).toFixed(digits)} %`;

  const count = (number) => number.toLocaleString("en").replaceAll(",", "\u2009");

  /** Fills a navigation with buttons for the pages from 0 to pages - 1. */
  const pager = (nav, page, pages, go) => {
    nav.replaceChildren();
    if (pages < 2) {
      return;
    }
    const button = (text, target, label) => {
      const made = element("button", { type: "button", "aria-label": label }, text);
      made.disabled = target < 0 || target >= pages;
      if (target === page && text === String(page + 1)) {
        made.setAttribute("aria-current", "page");
      }
      made.addEventListener("click", () => {
        go(target);
        nav.querySelector("[aria-current]")?.focus({ preventScroll: true });
      });
      return made;
    };
    nav.append(button("←", page - 1, "Previous page"));
    let last = -1;
    for (let i = 0; i < pages; i++) {
      const near = Math.abs(i - page) <= 2 || i === 0 || i === pages - 1;
      if (near) {
        if (i > last + 1) {
          nav.append(element("span", { "aria-hidden": "true" }, "…"));
        }
        nav.append(button(String(i + 1), i, `Page ${i + 1} of ${pages}`));
        last = i;
      }
    }
    nav.append(button("→", page + 1, "Next page"));
  };

  return { receive, data, element, bdi, className, percent, count, pager, root };
})();
