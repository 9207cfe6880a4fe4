import { useCallback, useMemo, useState } from "react";
import { useQuery } from "../../api/useQuery";
import { ApiError } from "../../api/transport";
import { Link } from "../../app/router";
import { NotFoundPage } from "../../app/NotFoundPage";
import type { PageProps } from "../../app/routes";
import { Failure } from "../../design/Failure";
import { Icon } from "../../design/Icon";
import { Level } from "../../design/Level";
import { Prose } from "../../design/Prose";
import { Skeleton } from "../../design/Skeleton";
import { useTitle } from "../../design/useTitle";
import { diagramKindWord, viewWord, views as allViews } from "../../design/words";
import { takenFrom } from "./breakage";
import { BreakIt } from "./BreakIt";
import { EditLink } from "../editor/EditLink";
import { DiscussButton } from "../together/DiscussButton";
import { TogetherButton } from "../together/TogetherButton";
import { ExplainButton } from "../tutor/ExplainButton";
import { canLoad, loadTab, useLoadTab } from "../simulate/useLoadTab";
import { Completion } from "./Completion";
import { partLabel, partWithID } from "./graph";
import { InWords } from "./InWords";
import { Onward } from "./Onward";
import { looksOf, Probes } from "./Probes";
import { DiagramPage as Document } from "./queries.generated";
import type { DiagramPageResult } from "./queries.generated";
import { StepThrough } from "./StepThrough";
import { steppedKinds, stepsFrom } from "./steps";
import { useBreakage } from "./useBreakage";
import { useSteps } from "./useSteps";
import { explainTab, Workspace } from "./Workspace";

type Diagram = DiagramPageResult["diagram"];

const breakTab = "break";
const stepTab = "steps";
/** Only these say who needs whom. */
const breakable: readonly string[] = ["flowchart", "sequence"];

export default function DiagramPage({ id }: PageProps) {
  const page = useQuery(Document, { id });
  useTitle(page.data?.diagram.title);
  if (page.data) return <Page key={page.data.diagram.id} diagram={page.data.diagram} />;
  if (page.error instanceof ApiError && page.error.code === "NOT_FOUND") return <NotFoundPage />;
  if (page.error) return <Failure title="The diagram did not load" message={page.error.message} onRetry={page.retry} />;
  return <Skeleton shape="page" />;
}

function Page({ diagram }: { diagram: Diagram }) {
  const canBreak = breakable.includes(diagram.kind);
  const canStep = steppedKinds.includes(diagram.kind);
  const [tab, setTab] = useState(() => {
    if (canBreak && takenFrom(location.hash, diagram.graph)) return breakTab;
    return canStep && stepsFrom(location.hash) !== null ? stepTab : explainTab;
  });
  const onAddress = useCallback((wants: "break" | "explain") => setTab(wants === "break" && canBreak ? breakTab : explainTab), [canBreak]);
  const breaking = useBreakage({ diagram: diagram.id, graph: diagram.graph, active: tab === breakTab, onAddress });
  const { kind, graph, outline } = diagram;
  const onStep = useCallback(() => setTab(canStep ? stepTab : explainTab), [canStep]);
  const stepping = useSteps({ kind, graph, outline, active: tab === stepTab, onAddress: onStep });
  const loading = useLoadTab(diagram.graph);
  const [place, setPlace] = useState(0);
  const [answers, setAnswers] = useState<ReadonlyMap<string, number>>(new Map());
  const probe = tab === "predict" ? diagram.probes[place] : undefined;
  const revealed = probe !== undefined && answers.has(probe.id);
  const probed = useMemo(() => looksOf(probe, revealed), [probe, revealed]);
  const looks = tab === loadTab ? loading.looks : tab === breakTab ? breaking.looks : tab === stepTab ? stepping.looks : probed;
  const attention = tab === loadTab ? [] : tab === breakTab ? breaking.attention : tab === stepTab ? stepping.attention : [...looks.keys()];
  const answer = useCallback((id: string, option: number) => setAnswers((before) => new Map(before).set(id, option)), []);
  const predict = {
    id: "predict",
    label: canStep ? "Predict" : `Predict (${diagram.probes.length})`,
    content: (
      <Probes diagramId={diagram.id} probes={diagram.probes} graph={diagram.graph} place={place} onPlace={setPlace} answers={answers} onAnswer={answer} />
    ),
  };
  const breakIt = { id: breakTab, label: "Break it", content: <BreakIt breaking={breaking} />, choosing: breaking };
  const steps = { id: stepTab, label: "Steps", content: <StepThrough stepping={stepping} />, choosing: stepping };
  const show = (target: string) => {
    const part = partWithID(diagram.graph, target);
    if (!part) return;
    location.hash = `${part.type}=${encodeURIComponent(part.id)}`;
    setTab(explainTab);
    document.querySelector(".workspace")?.scrollIntoView({ block: "start" });
  };
  return (
    <div className="page diagram-page">
      <Head diagram={diagram} />
      <Workspace
        svg={diagram.svg}
        graph={diagram.graph}
        kind={diagram.kind}
        name={diagram.title}
        looks={looks}
        attention={attention}
        tabs={[
          ...(canStep ? [steps] : []),
          ...(diagram.probes.length > 0 ? [predict] : []),
          ...(canBreak ? [breakIt] : []),
          ...(canLoad(kind) ? [loading.tab] : []),
        ]}
        tab={tab}
        onTab={setTab}
        beside={(part) => (
          <div className="button-row">
            <ExplainButton context={{ diagramId: diagram.id }} part={part} name={partLabel(diagram.graph, part.id)} />
            <DiscussButton diagramId={diagram.id} part={part} name={partLabel(diagram.graph, part.id)} />
          </div>
        )}
      />
      <TogetherButton diagramId={diagram.id} />
      <div className="columns">
        <div className="columns-main">
          <Prose html={diagram.bodyHTML} />
          <InWords alternative={diagram.alternativeText} long={diagram.longDescription} outline={diagram.outline} onTarget={show} />
          <Completion diagram={diagram} />
        </div>
        <Onward diagram={diagram} />
      </div>
    </div>
  );
}

function Head({ diagram }: { diagram: Diagram }) {
  const others = diagram.related.filter((each) => each.view !== diagram.view && each.topics[0] === diagram.topics[0]);
  const views = [diagram, ...others].map(({ id, view }) => ({ id, view }));
  views.sort((a, b) => allViews.indexOf(a.view) - allViews.indexOf(b.view));
  return (
    <div className="page-head diagram-head">
      <div>
        <nav className="crumbs" aria-label="Breadcrumb">
          <Link href="/catalogue">Catalogue</Link>
          <span aria-hidden="true">/</span>
          <Link href={`/catalogue?category=${diagram.category.id}`}>{diagram.category.title}</Link>
        </nav>
        <h1>{diagram.title}</h1>
        <p className="lead">{diagram.summary}</p>
        <p className="head-facts">
          <Level level={diagram.level} />
          <span>{diagramKindWord(diagram.kind)}</span>
          {diagram.completed && (
            <span className="done-mark">
              <Icon name="check" /> Completed
            </span>
          )}
        </p>
        <EditLink id={diagram.id} />
      </div>
      {views.length > 1 && (
        <nav className="segments" aria-label="Views of this topic">
          {views.map((each) => (
            <Link key={each.id} href={`/diagrams/${each.id}`} aria-current={each.id === diagram.id ? "page" : undefined}>
              {viewWord(each.view)}
            </Link>
          ))}
        </nav>
      )}
    </div>
  );
}
