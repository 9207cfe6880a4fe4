import { useEffect, useRef } from "react";

/** Text that the server has made of Markdown, and vouches for. */
export function Prose({ html, className = "prose" }: { html: string; className?: string }) {
  const element = useRef<HTMLDivElement>(null);
  useEffect(() => {
    // Code wider than the page scrolls by itself, so the keyboard must be able to reach it.
    for (const code of element.current?.querySelectorAll("pre") ?? []) {
      code.tabIndex = 0;
      code.setAttribute("role", "group");
      code.setAttribute("aria-label", "Code");
    }
  }, [html]);
  return <div ref={element} className={className} dangerouslySetInnerHTML={{ __html: html }} />;
}
