// Runs before the page is painted, so that a chosen theme does not flash.
"use strict";
(() => {
  const key = "saccade-theme";
  const read = () => {
    try {
      return localStorage.getItem(key);
    } catch {
      return null; // Storage is off: the system's choice holds.
    }
  };
  const apply = (theme) => {
    if (theme === "light" || theme === "dark") {
      document.documentElement.dataset.theme = theme;
    } else {
      delete document.documentElement.dataset.theme;
    }
  };
  apply(read());

  window.addEventListener("DOMContentLoaded", () => {
    const button = document.getElementById("theme");
    const system = matchMedia("(prefers-color-scheme: dark)");
    const dark = () => {
      const chosen = document.documentElement.dataset.theme;
      return chosen ? chosen === "dark" : system.matches;
    };
    const label = () => {
      button.textContent = dark() ? "Light" : "Dark";
      button.setAttribute("aria-label", `Switch to ${dark() ? "light" : "dark"} colours`);
    };
    const changed = () => {
      label();
      document.dispatchEvent(new Event("saccade-theme"));
    };
    button.hidden = false;
    button.addEventListener("click", () => {
      const theme = dark() ? "light" : "dark";
      apply(theme);
      try {
        localStorage.setItem(key, theme);
      } catch {
        // The choice then holds for this page only.
      }
      changed();
    });
    system.addEventListener("change", changed);
    label();
  });
})();
