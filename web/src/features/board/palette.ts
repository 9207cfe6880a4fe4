// The page's colours as a canvas takes them; they follow the theme.

export type Palette = (name: string) => string;

/** Reads colours by the names of their custom properties, such as `--ink`, as they are on `element`. */
export function paletteOf(element: HTMLElement): { readonly colour: Palette; readonly forget: () => void; readonly close: () => void } {
  const probe = document.createElement("span");
  probe.hidden = true;
  element.append(probe);
  const known = new Map<string, string>();
  const colour = (name: string) => {
    let value = known.get(name);
    if (value === undefined) {
      probe.style.color = `var(${name})`;
      value = getComputedStyle(probe).color;
      known.set(name, value);
    }
    return value;
  };
  return { colour, forget: () => known.clear(), close: () => probe.remove() };
}

/** Calls `changed` when the page is light where it was dark, or the other way round. */
export function onThemeChange(changed: () => void): () => void {
  const observer = new MutationObserver(changed);
  observer.observe(document.documentElement, { attributes: true, attributeFilter: ["data-theme"] });
  const dark = matchMedia("(prefers-color-scheme: dark)");
  dark.addEventListener("change", changed);
  return () => {
    observer.disconnect();
    dark.removeEventListener("change", changed);
  };
}
