import { useSyncExternalStore } from "react";

const system = () => matchMedia("(prefers-color-scheme: dark)");

/** Whether the page is dark now, by the button or by the system. */
export function useDark(): boolean {
  return useSyncExternalStore(watch, isDark);
}

function isDark(): boolean {
  const chosen = document.documentElement.dataset["theme"];
  return chosen === "dark" || (chosen !== "light" && system().matches);
}

function watch(tell: () => void): () => void {
  const list = system();
  const observer = new MutationObserver(tell);
  observer.observe(document.documentElement, { attributes: true, attributeFilter: ["data-theme"] });
  list.addEventListener("change", tell);
  return () => {
    observer.disconnect();
    list.removeEventListener("change", tell);
  };
}
