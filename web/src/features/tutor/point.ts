import { navigate } from "../../app/router";
import type { Citation } from "./turns";

/** How long words are looked for on a page that is being loaded. */
const patienceMs = 6_000;
const highlight = "tutor-quote";

/** CSS Custom Highlight API, which these types of the browser do not know yet; without it, the words are only brought into view. */
interface Highlighting {
  readonly Highlight?: new (range: Range) => object;
}

interface Highlights {
  readonly highlights: Map<string, object>;
}

/** The page of what is cited, at its place. */
export function addressOf(citation: Citation): string | null {
  const part = citation.nodeId !== null ? `#node=${encodeURIComponent(citation.nodeId)}` : citation.edgeId !== null ? `#edge=${encodeURIComponent(citation.edgeId)}` : "";
  if (citation.diagramId !== null) return `/diagrams/${encodeURIComponent(citation.diagramId)}${part}`;
  if (citation.incidentId !== null) {
    const step = part === "" && citation.line !== null ? `#step=${citation.line}` : part;
    return `/incidents/${encodeURIComponent(citation.incidentId)}${step}`;
  }
  return citation.labId !== null ? `/labs/${encodeURIComponent(citation.labId)}` : null;
}

/** Goes to what is cited and lights it up: a part of the picture by selecting it, a line by its words. */
export function pointAt(citation: Citation): void {
  const address = addressOf(citation);
  if (address === null) return;
  const [path = "", hash = ""] = address.split("#");
  if (location.pathname !== path) navigate(address);
  else if (hash !== "" && location.hash === `#${hash}`) dispatchEvent(new HashChangeEvent("hashchange"));
  else if (hash !== "") location.hash = hash;
  if (hash !== "") showWhenThere(() => inSight(".workspace"));
  else showWhenThere(() => mark(citation.quote));
}

/** Tries at each change of the page, until it works or the time is over. */
function showWhenThere(show: () => boolean): void {
  const main = document.getElementById("main");
  if (!main || show()) return;
  const changes = new MutationObserver(() => show() && end());
  const timer = setTimeout(() => end(), patienceMs);
  const end = () => {
    changes.disconnect();
    clearTimeout(timer);
  };
  changes.observe(main, { subtree: true, childList: true });
}

function inSight(selector: string): boolean {
  const element = document.querySelector(selector);
  if (!element) return false;
  const { top, bottom } = element.getBoundingClientRect();
  if (top < 0 || bottom > innerHeight) element.scrollIntoView({ block: "start" });
  return true;
}

/** Lights up words where the page has them; false if it has not. */
function mark(quote: string): boolean {
  const found = rangeOf(quote);
  if (!found) return false;
  const { Highlight } = globalThis as Highlighting;
  if (Highlight) (CSS as unknown as Highlights).highlights.set(highlight, new Highlight(found));
  found.startContainer.parentElement?.scrollIntoView({ block: "center" });
  return true;
}

/** Where the page says it, whatever blanks and elements lie between the words. */
function rangeOf(quote: string): Range | null {
  const wanted = bare(quote);
  if (wanted === "") return null;
  for (const area of document.querySelectorAll("#main .prose, #main .instructions, #main .checks, #main .lessons, #main .lead, #main .root-cause")) {
    const nodes: Text[] = [];
    const walker = document.createTreeWalker(area, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) nodes.push(walker.currentNode as Text);
    // Each letter that counts, and where it stands.
    const places = nodes.flatMap((node) => node.data.split("").flatMap((letter, index) => (bare(letter) === "" ? [] : [{ node, index }])));
    const at = places.map(({ node, index }) => bare(node.data[index] ?? "")).join("").indexOf(wanted);
    const [from, to] = [places[at], places[at + wanted.length - 1]];
    if (at < 0 || !from || !to) continue;
    const range = document.createRange();
    range.setStart(from.node, from.index);
    range.setEnd(to.node, to.index + 1);
    return range;
  }
  return null;
}

/** Letters and digits alone; of each letter one unit, so that places can be counted. */
function bare(text: string): string {
  return text.toLowerCase().replace(/[^a-z0-9]+/g, "");
}
