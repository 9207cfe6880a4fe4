// Makes xterm.js 5.5 fit a page whose policy allows no inline styles: its two <style> elements become style sheets of the
// document, and the one place that writes a style attribute sets the same through the style object.

/** Stands in for a <style> element; xterm sets its text, puts it somewhere and removes it at the end. */
const adoptedStyle = `function adoptedStyle() {
  const sheet = new CSSStyleSheet();
  const element = document.createElement("template");
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
  Object.defineProperty(element, "textContent", { set: (text) => sheet.replaceSync(text) });
  element.remove = () => {
    document.adoptedStyleSheets = document.adoptedStyleSheets.filter((each) => each !== sheet);
    Element.prototype.remove.call(element);
  };
  return element;
}
`;

const changes = [
  ['this._document.createElement("style")', "adoptedStyle()", 2],
  ['e.setAttribute("style",`${e.getAttribute("style")||""}${t};`)', "e.style.cssText+=`${t};`", 1],
];

/** The source with these changes; throws if it is not the version that they were made for. */
export function withoutInlineStyles(source) {
  let text = source;
  for (const [old, next, count] of changes) {
    const pieces = text.split(old);
    if (pieces.length !== count + 1) throw new Error(`xterm.js has ${pieces.length - 1} of ${old} where ${count} were expected`);
    text = pieces.join(next);
  }
  return adoptedStyle + text;
}
