import { useMemo, useSyncExternalStore } from "react";
import type { ContextInput } from "../../api/generated";
import { useAddress } from "../../app/router";
import { decode } from "../diagram/graph";
import { selectionChanged } from "./open";

/** What the learner looks at, as far as the address says. */
export interface Here {
  readonly context: ContextInput;
  /** The title of the page. */
  readonly title: string;
  /** What the selected part of the picture is called; null if none is selected. */
  readonly part: string | null;
}

/** Follows page, selection and title; null on a page that is about nothing that can be asked about. */
export function useHere(): Here | null {
  useAddress();
  const key = useSyncExternalStore(watch, read);
  return useMemo(() => (key === "" ? null : (JSON.parse(key) as Here)), [key]);
}

/** As text, so that it is the same while nothing has changed. */
function read(): string {
  const [, folder = "", id = ""] = /^\/(diagrams|incidents|labs)\/([^/]+)\/?$/.exec(location.pathname) ?? [];
  if (id === "") return "";
  const name = decode(id);
  const about: ContextInput = folder === "diagrams" ? { diagramId: name } : folder === "incidents" ? { incidentId: name } : { labId: name };
  const [, type = "", part = ""] = /^#(node|edge)=(.+)$/.exec(decode(location.hash)) ?? [];
  const context = part === "" ? about : { ...about, nodeIds: [part] };
  const title = document.title.replace(/ · Atlas$/, "");
  const here: Here = { context, title, part: part === "" ? null : nameOf(type, part) };
  return JSON.stringify(here);
}

function nameOf(type: string, id: string): string {
  const element = document.querySelector(`.picture [data-${type}="${CSS.escape(id)}"]`);
  const label = [...(element?.querySelectorAll(".dg-node-label, .dg-edge-label, .dg-message-label") ?? [])].map((each) => each.textContent).join(" ");
  return label.trim() === "" ? id : label.trim();
}

function watch(tell: () => void): () => void {
  const titles = new MutationObserver(tell);
  titles.observe(document.head, { subtree: true, childList: true, characterData: true });
  addEventListener("hashchange", tell);
  addEventListener(selectionChanged, tell);
  return () => {
    titles.disconnect();
    removeEventListener("hashchange", tell);
    removeEventListener(selectionChanged, tell);
  };
}
