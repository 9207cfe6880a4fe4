/**
 * A copy of a server's SVG that only decorates: no focus, no names for screen readers, and identifiers of its own so that
 * several pictures can share a page.
 */
export function inertCopy(svg: string, prefix: string): Node {
  const template = document.createElement("template");
  template.innerHTML = svg;
  const root = template.content.querySelector("svg");
  if (!root) return document.createTextNode("");
  for (const word of root.querySelectorAll("title, desc")) word.remove();
  for (const element of [root, ...root.querySelectorAll("*")]) {
    for (const { name, value } of [...element.attributes]) {
      if (name === "tabindex" || name === "role" || name.startsWith("aria-")) element.removeAttribute(name);
      else if (name === "id") element.setAttribute(name, prefix + value);
      else if (value.includes("url(#")) element.setAttribute(name, value.replace(/url\(#/g, `url(#${prefix}`));
      else if (name === "href" && value.startsWith("#")) element.setAttribute(name, `#${prefix}${value.slice(1)}`);
    }
  }
  root.setAttribute("aria-hidden", "true");
  root.setAttribute("focusable", "false");
  return root;
}
