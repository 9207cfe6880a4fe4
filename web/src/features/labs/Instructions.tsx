import { useEffect, useRef, useState } from "react";
import { Prose } from "../../design/Prose";

interface Props {
  /** Safe HTML from the server. */
  readonly html: string;
  /** Puts a command into the terminal without running it; null where there is none. */
  readonly onPaste: ((text: string) => void) | null;
}

/** The instructions, with an address for each step and, beside each piece of code, what can be done with it. */
export function Instructions({ html, onPaste }: Props) {
  const place = useRef<HTMLDivElement>(null);
  const paste = useRef(onPaste);
  paste.current = onPaste;
  const canPaste = onPaste !== null;
  const [said, setSaid] = useState("");
  useEffect(() => {
    const element = place.current;
    if (!element) return;
    numberSteps(element);
    const added = [...element.querySelectorAll("pre")].map((code) => addTools(code, canPaste ? (text) => paste.current?.(text) : null, setSaid));
    const target = location.hash.startsWith("#step-") ? document.getElementById(location.hash.slice(1)) : null;
    target?.scrollIntoView({ block: "start" });
    return () => added.forEach((each) => each.remove());
  }, [html, canPaste]);
  return (
    <div ref={place} className="instructions">
      <Prose html={html} className="" />
      <p className="visually-hidden" role="status">
        {said}
      </p>
    </div>
  );
}

/** The numbered steps are the points of the lists below the heading "Steps". */
function numberSteps(element: HTMLElement): void {
  let number = 0;
  for (const list of element.querySelectorAll<HTMLElement>(":scope > * > ol")) {
    const heading = headingBefore(list);
    if (heading?.textContent?.trim() !== "Steps") continue;
    for (const step of list.querySelectorAll<HTMLElement>(":scope > li")) {
      number += 1;
      step.id = `step-${number}`;
      step.classList.add("instruction-step");
      if (step.querySelector(":scope > .step-anchor")) continue;
      const anchor = document.createElement("a");
      anchor.className = "step-anchor";
      anchor.href = `#step-${number}`;
      anchor.textContent = "#";
      anchor.setAttribute("aria-label", `Link to step ${number}`);
      step.append(anchor);
    }
  }
}

function headingBefore(list: HTMLElement): Element | null {
  let before = list.previousElementSibling;
  while (before && !/^H[1-6]$/.test(before.tagName)) before = before.previousElementSibling;
  return before;
}

/** Buttons above a piece of code. They stand beside it, so that copying the code does not copy them. */
function addTools(code: HTMLElement, paste: ((text: string) => void) | null, say: (text: string) => void): HTMLElement {
  const tools = document.createElement("div");
  tools.className = "code-tools";
  const text = (code.textContent ?? "").replace(/\n$/, "");
  const button = (label: string, about: string, act: () => void) => {
    const made = document.createElement("button");
    made.type = "button";
    made.textContent = label;
    made.setAttribute("aria-label", about);
    made.addEventListener("click", act);
    tools.append(made);
  };
  button("Copy", "Copy this code", () => {
    navigator.clipboard?.writeText(text).then(
      () => say("Copied."),
      () => say("The browser did not allow copying."),
    );
  });
  if (paste && /\blanguage-(sh|bash|shell|console)\b/.test(`${code.className} ${code.firstElementChild?.className ?? ""}`)) {
    button("To the terminal", "Put this command into the terminal", () => paste(text));
  }
  code.before(tools);
  return tools;
}
