// The start page is made by the server and complete without this file; here its picture learns to answer.
import { send } from "../api/transport";
import { chooseTheme, currentTheme, nextTheme } from "../app/theme";
import { step } from "../features/diagram/walk";
import type { Direction, WalkedPart } from "../features/diagram/walk";
import { Explain } from "./queries.generated";
import type { ExplainResult } from "./queries.generated";

type Graph = ExplainResult["diagram"]["graph"];

const arrows: Record<string, Direction> = { ArrowLeft: "left", ArrowRight: "right", ArrowUp: "up", ArrowDown: "down" };
const hero = document.getElementById("hero");
const answer = document.getElementById("hero-answer");
let asked: Promise<Graph> | null = null;

function graph(): Promise<Graph> {
  const id = hero?.dataset["path"]?.split("/").pop() ?? "";
  asked ??= send<ExplainResult>(Explain, { id }, null).then(
    (result) => result.diagram.graph,
    (error: Error) => {
      asked = null;
      throw error;
    },
  );
  return asked;
}

function partOf(target: EventTarget | null): WalkedPart | null {
  const element = target instanceof Element ? target.closest<SVGGElement>("[data-node],[data-edge]") : null;
  const { node, edge } = element?.dataset ?? {};
  return node !== undefined ? { type: "node", id: node } : edge !== undefined ? { type: "edge", id: edge } : null;
}

function elementOf(part: WalkedPart): SVGGElement | null {
  return hero?.querySelector<SVGGElement>(`[data-${part.type}="${CSS.escape(part.id)}"]`) ?? null;
}

async function explain(part: WalkedPart): Promise<void> {
  const chosen = elementOf(part);
  for (const each of hero?.querySelectorAll("[data-node],[data-edge]") ?? []) {
    each.classList.toggle("is-selected", each === chosen);
    each.setAttribute("aria-pressed", String(each === chosen));
  }
  try {
    show(part, await graph());
  } catch (error) {
    answer?.replaceChildren(element("p", error instanceof Error ? error.message : "That did not work."));
  }
}

function show(part: WalkedPart, { nodes, edges }: Graph): void {
  const label = (id: string) => nodes.find((node) => node.id === id)?.label ?? id;
  const node = part.type === "node" ? nodes.find((each) => each.id === part.id) : undefined;
  const edge = part.type === "edge" ? edges.find((each) => each.id === part.id) : undefined;
  if (node) {
    answer?.replaceChildren(element("h2", node.label), element("p", node.purpose), element("p", `If it is lost: ${node.ifLost}`, "lost"));
  } else if (edge) {
    const without = edge.required ? "The caller fails without it." : edge.fallback ?? "The caller goes on without it.";
    const title = `${label(edge.from)} ${edge.label} ${label(edge.to)}`;
    answer?.replaceChildren(element("h2", title), element("p", edge.carries), element("p", `Without it: ${without}`, "lost"));
  }
}

function element(tag: "h2" | "p", text: string, className = ""): HTMLElement {
  const made = document.createElement(tag);
  made.textContent = text;
  made.className = className;
  return made;
}

async function walk(from: WalkedPart, direction: Direction): Promise<void> {
  const place = (part: WalkedPart) => {
    const box = elementOf(part)?.getBBox();
    return box ? { x: box.x + box.width / 2, y: box.y + box.height / 2 } : null;
  };
  const next = step(await graph(), from, direction, place);
  const to = next && elementOf(next);
  if (!to) return;
  for (const each of hero?.querySelectorAll('[tabindex="0"]') ?? []) each.setAttribute("tabindex", "-1");
  to.setAttribute("tabindex", "0");
  to.focus();
}

hero?.addEventListener("click", (event) => {
  const part = partOf(event.target);
  if (part) void explain(part);
});
hero?.addEventListener("keydown", (event) => {
  const part = partOf(event.target);
  const direction = arrows[event.key];
  if (!part || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "Enter" || event.key === " ") void explain(part);
  else if (direction) void walk(part, direction).catch(() => undefined);
  else return;
  event.preventDefault();
});

const theme = document.getElementById("theme");
function nameTheme(): void {
  theme?.setAttribute("aria-label", `Theme: ${currentTheme()}. Change`);
  theme?.setAttribute("title", `Theme: ${currentTheme()}`);
}
theme?.addEventListener("click", () => {
  chooseTheme(nextTheme(currentTheme()));
  nameTheme();
});
nameTheme();

const account = document.getElementById("account");
if (account instanceof HTMLAnchorElement && /(?:^|; )atlas_signed_in=1(?:;|$)/.test(document.cookie)) {
  account.href = "/account";
  account.textContent = "Account";
}
