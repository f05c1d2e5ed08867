// Before the first paint, so that a dark screen never flashes white. See src/shell/theme.ts.
(function () {
  var chosen = null;
  try {
    chosen = localStorage.getItem("skep.theme");
  } catch (error) {
    // Storage can be switched off; the system's choice stands then.
  }
  var isDark = chosen === "dark" || (chosen !== "light" && matchMedia("(prefers-color-scheme: dark)").matches);
  document.documentElement.dataset.theme = isDark ? "dark" : "light";
})();
