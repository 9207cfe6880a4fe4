import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import type { KeyboardEvent } from "react";
import { RefreshSession } from "../api/session.generated";
import type { RefreshSessionResult } from "../api/session.generated";
import { send } from "../api/transport";
import { chooseTheme, currentTheme, nextTheme } from "../app/theme";
import { Icon } from "../design/Icon";
import { complete } from "./completion";
import { Documentation } from "./Documentation";
import { Editor } from "./Editor";
import type { EditorHandle } from "./Editor";
import { History } from "./History";
import { prettified } from "./prettify";
import { Result } from "./Result";
import { introspectionQuery, schemaOf } from "./schema";
import type { Introspection, Schema } from "./schema";
import { forgetHistory, keepDraft, readDraft, readHistory } from "./storage";
import { Tabs } from "./Tabs";
import { useAsking } from "./useAsking";

const example = `# Ctrl+Space suggests, Ctrl+Enter runs.
query Start {
  categories {
    id
    title
    diagramCount
  }
}
`;

type Pane = "ask" | "result" | "look";

/** The page for asking Atlas's GraphQL API. */
export function Ide() {
  const draft = useMemo(readDraft, []);
  const [query, setQuery] = useState(draft?.query ?? example);
  const [variables, setVariables] = useState(draft?.variables ?? "");
  const [headers, setHeaders] = useState("");
  const [pane, setPane] = useState<Pane>("ask");
  const [history, setHistory] = useState(readHistory);
  const editor = useRef<EditorHandle>(null);
  const { schema, problem, load } = useSchema();
  const asking = useAsking(setHistory);

  useEffect(() => keepDraft({ query, variables }), [query, variables]);

  const run = () => {
    setPane("result");
    asking.run({ query, variables, headers }, editor.current?.caret() ?? 0);
  };
  const tidy = () => {
    const text = prettified(query);
    if (text !== null && text !== query) editor.current?.replace(text);
  };
  const pressed = (event: KeyboardEvent) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) run();
    else if (event.key.toLowerCase() === "f" && event.altKey && event.shiftKey) tidy();
    else return;
    event.preventDefault();
  };
  const suggest = useCallback((source: string, caret: number) => (schema ? complete(source, caret, schema) : null), [schema]);
  const mistakes = asking.askedQuery === query ? asking.mistakes : [];

  return (
    <div className="ide" data-pane={pane} onKeyDown={pressed}>
      <header className="ide-bar">
        <a className="brand" href="/" aria-label="Atlas, start page"><Icon name="atlas" /></a>
        <h1>GraphQL</h1>
        <div className="ide-tools">
          <button type="button" className="button quiet" onClick={tidy} aria-keyshortcuts="Alt+Shift+F" title="Alt+Shift+F">Prettify</button>
          {asking.isRunning ? (
            <button type="button" className="button" onClick={asking.stop}><Icon name="pause" />Stop</button>
          ) : (
            <button type="button" className="button primary" onClick={run} aria-keyshortcuts="Control+Enter" title="Ctrl+Enter"><Icon name="play" />Run</button>
          )}
          <ThemeButton />
        </div>
      </header>
      <nav className="ide-panes" aria-label="Panes">
        {([["ask", "Query"], ["result", "Result"], ["look", "Look up"]] as const).map(([each, label]) => (
          <button key={each} type="button" aria-pressed={pane === each} onClick={() => setPane(each)}>{label}</button>
        ))}
      </nav>
      <main>
        <section className="ide-look" aria-label="Look up">
          <Tabs
            label="Look up"
            tabs={[
              { id: "documentation", label: "Documentation", content: <Documentation schema={schema} problem={problem} retry={load} /> },
              {
                id: "history",
                label: "History",
                content: (
                  <History
                    entries={history}
                    forget={() => setHistory(forgetHistory())}
                    choose={(entry) => {
                      setPane("ask");
                      setVariables(entry.variables);
                      editor.current?.replace(entry.query);
                    }}
                  />
                ),
              },
            ]}
          />
        </section>
        <section className="ide-ask" aria-label="Query">
          <Editor label="GraphQL document" value={query} onChange={setQuery} complete={suggest} mistakes={mistakes} handle={editor} />
          <Tabs
            label="Sent with the document"
            tabs={[
              {
                id: "variables",
                label: "Variables",
                content: <Editor label="Variables, as JSON" value={variables} onChange={setVariables} placeholder={'{"id": "…"}'} />,
              },
              { id: "headers", label: "Headers", content: <HeadersPane headers={headers} setHeaders={setHeaders} /> },
            ]}
          />
        </section>
        <section className="ide-result" aria-label="Result">
          <Result
            answers={asking.answers}
            status={asking.status}
            mistakes={mistakes}
            isRunning={asking.isRunning}
            goTo={(line, column) => {
              setPane("ask");
              requestAnimationFrame(() => editor.current?.goTo(line, column));
            }}
          />
        </section>
      </main>
    </div>
  );
}

function useSchema() {
  const [schema, setSchema] = useState<Schema | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const load = useCallback(() => {
    setProblem(null);
    send<Introspection>(introspectionQuery, {}, null).then(
      (answer) => setSchema(schemaOf(answer)),
      (error: Error) => setProblem(`The schema did not come: ${error.message}`),
    );
  }, []);
  useEffect(load, [load]);
  return { schema, problem, load };
}

interface HeadersProps {
  readonly headers: string;
  readonly setHeaders: (headers: string) => void;
}

function HeadersPane({ headers, setHeaders }: HeadersProps) {
  const [state, setState] = useState("");
  const takeSession = () => {
    setState("Asking…");
    send<RefreshSessionResult>(RefreshSession, {}, null).then(
      ({ refreshSession }) => {
        setHeaders(JSON.stringify({ authorization: `Bearer ${refreshSession.accessToken}` }, null, 2));
        setState(`You ask as ${refreshSession.user.displayName} now.`);
      },
      () => setState("Nobody is signed in in this browser."),
    );
  };
  return (
    <>
      <Editor label="Headers, as JSON" value={headers} onChange={setHeaders} placeholder={'{"authorization": "Bearer …"}'} />
      <p className="ide-session">
        <button type="button" className="text-button" onClick={takeSession}>Use this browser’s session</button>{" "}
        <span role="status">{state || "Headers are not kept when the page closes."}</span>
      </p>
    </>
  );
}

function ThemeButton() {
  const [theme, setTheme] = useState(currentTheme);
  const next = nextTheme(theme);
  return (
    <button
      type="button"
      className="icon-button"
      aria-label={`Theme: ${theme}. Change to ${next}`}
      onClick={() => {
        chooseTheme(next);
        setTheme(next);
      }}
    >
      <Icon name={theme === "light" ? "sun" : theme === "dark" ? "moon" : "contrast"} />
    </button>
  );
}
