import { lazy, Suspense, useEffect, useState } from "react";
import type { ReactNode } from "react";
import { useSession } from "../api/session";
import { Icon } from "../design/Icon";
import type { IconName } from "../design/Icon";
import { hideTutor, showTutor, useOpening } from "../features/tutor/open";
import { Link } from "./router";
import { chooseTheme, currentTheme, nextTheme } from "./theme";

const QuickSearch = lazy(() => import("../features/search/QuickSearch"));
const TutorPanel = lazy(() => import("../features/tutor/TutorPanel"));

const places: readonly (readonly [string, string, IconName])[] = [
  ["/today", "Today", "sun"],
  ["/catalogue", "Catalogue", "grid"],
  ["/incidents", "Incidents", "pulse"],
  ["/editor", "Sketch", "diagram"],
  ["/groups", "Groups", "people"],
  ["/progress", "Progress", "flag"],
];

/** The frame of every page: header, navigation, search, theme, account. */
export function Shell({ path, children }: { path: string; children: ReactNode }) {
  // Only members have a day to plan.
  const open = useSession().status === "visitor" ? places.slice(1) : places;
  const [searching, setSearching] = useState(false);
  // Its own page has all of the tutor but the panel.
  const hasTutor = !/^\/tutor\b/.test(path);
  const isTutorOpen = useOpening().isOpen && hasTutor;
  useEffect(() => {
    const open = (event: KeyboardEvent) => {
      if (!(event.metaKey || event.ctrlKey) || event.defaultPrevented) return;
      if (event.key.toLowerCase() === "k") setSearching(true);
      else if (event.key === "/" && hasTutor) showTutor();
      else return;
      event.preventDefault();
    };
    addEventListener("keydown", open);
    return () => removeEventListener("keydown", open);
  }, [hasTutor]);
  return (
    <>
      <a className="skip-link" href="#main">
        Skip to content
      </a>
      <header className="topbar">
        <a className="brand" href="/" aria-label="Atlas, start page">
          <Icon name="atlas" />
          <span>Atlas</span>
        </a>
        <nav className="places" aria-label="Main">
          {open.map(([href, label, icon]) => (
            <Link key={href} href={href} aria-current={path.startsWith(href) ? "page" : undefined}>
              <Icon name={icon} />
              <span>{label}</span>
            </Link>
          ))}
        </nav>
        <div className="topbar-tools">
          <button type="button" className="search-opener" onClick={() => setSearching(true)} aria-label="Search" aria-keyshortcuts="Control+K">
            <Icon name="search" />
            <span>Search</span>
            <kbd aria-hidden="true">Ctrl K</kbd>
          </button>
          {hasTutor && (
            <button
              type="button"
              className="tutor-opener"
              onClick={() => (isTutorOpen ? hideTutor() : showTutor())}
              aria-label="Tutor"
              aria-expanded={isTutorOpen}
              aria-keyshortcuts="Control+/"
              title="Ask the tutor (Ctrl /)"
            >
              <Icon name="tutor" />
              <span>Tutor</span>
            </button>
          )}
          <ThemeButton />
          <AccountLink path={path} />
        </div>
      </header>
      <main id="main" tabIndex={-1}>
        {children}
      </main>
      {isTutorOpen && (
        <Suspense fallback={null}>
          <TutorPanel />
        </Suspense>
      )}
      {searching && (
        <Suspense fallback={null}>
          <QuickSearch onClose={() => setSearching(false)} />
        </Suspense>
      )}
    </>
  );
}

function ThemeButton() {
  const [theme, setTheme] = useState(currentTheme);
  const change = () => {
    const next = nextTheme(theme);
    chooseTheme(next);
    setTheme(next);
  };
  return (
    <button type="button" className="icon-button" onClick={change} aria-label={`Theme: ${theme}. Change`} title={`Theme: ${theme}`}>
      <Icon name={theme === "system" ? "contrast" : theme === "light" ? "sun" : "moon"} />
    </button>
  );
}

function AccountLink({ path }: { path: string }) {
  const { status, user } = useSession();
  if (status === "restoring") return <span className="account-link waiting" aria-hidden="true" />;
  if (!user) {
    const back = path === "/sign-in" || path === "/register" ? "" : `?back=${encodeURIComponent(path)}`;
    return (
      <Link className="button quiet account-sign-in" href={`/sign-in${back}`}>
        Sign in
      </Link>
    );
  }
  return (
    <Link className="account-link" href="/account" aria-label={`Account of ${user.displayName}`} title={user.displayName}>
      <span aria-hidden="true">{[...user.displayName.trim()][0]?.toUpperCase()}</span>
    </Link>
  );
}
