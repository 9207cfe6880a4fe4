// Runs before the first paint, as a file of its own: the page's policy forbids inline scripts.
try {
  const theme = localStorage.getItem("atlas-theme");
  if (theme === "light" || theme === "dark") document.documentElement.dataset["theme"] = theme;
} catch {
  // Storage may be closed to us; the system's theme applies.
}
document.documentElement.classList.add("js");

export {};
