import { Suspense, useEffect, useRef } from "react";
import { Skeleton } from "../design/Skeleton";
import { ErrorBoundary } from "./ErrorBoundary";
import { NotFoundPage } from "./NotFoundPage";
import { match, useAddress } from "./router";
import { routes } from "./routes";
import { Shell } from "./Shell";

/** Chooses the page for the address and puts it in the frame. */
export function App() {
  const path = useAddress().split("?")[0] ?? "/";
  useArrival(path);
  for (const { pattern, Page } of routes) {
    const values = match(pattern, path);
    if (!values) continue;
    const id = values["id"] ?? "";
    return (
      <Shell path={path}>
        <ErrorBoundary key={path}>
          <Suspense fallback={<Skeleton shape="page" />}>
            <Page id={id} key={id} />
          </Suspense>
        </ErrorBoundary>
      </Shell>
    );
  }
  return (
    <Shell path={path}>
      <NotFoundPage />
    </Shell>
  );
}

/** After a change of page: start at its top, and let a screen reader read from there. */
function useArrival(path: string): void {
  const before = useRef(path);
  useEffect(() => {
    if (before.current === path) return;
    before.current = path;
    scrollTo(0, 0);
    document.getElementById("main")?.focus({ preventScroll: true });
  }, [path]);
}
