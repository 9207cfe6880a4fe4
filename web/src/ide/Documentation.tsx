import { useEffect, useMemo, useRef, useState } from "react";
import { kindWord } from "./completion";
import { nameOf, written } from "./schema";
import type { FieldPart, InputPart, Schema, TypePart, TypeUse } from "./schema";

interface Props {
  readonly schema: Schema | null;
  readonly problem: string | null;
  readonly retry: () => void;
}

const hitLimit = 60;

/** The schema to read: from its roots, or by a search. */
export function Documentation({ schema, problem, retry }: Props) {
  const [trail, setTrail] = useState<readonly string[]>([]);
  const [wanted, setWanted] = useState("");
  const heading = useRef<HTMLHeadingElement>(null);
  const current = schema?.types.get(trail[trail.length - 1] ?? "") ?? null;

  useEffect(() => {
    if (trail.length > 0) heading.current?.focus();
  }, [trail]);

  if (problem !== null) {
    return (
      <div className="documentation" role="alert">
        <p>{problem}</p>
        <button type="button" className="button" onClick={retry}>Try again</button>
      </div>
    );
  }
  if (!schema) return <p className="documentation hint">The schema is on its way.</p>;
  const open = (name: string) => {
    setTrail([...trail, name]);
    setWanted("");
  };
  return (
    <div className="documentation">
      <input
        type="search"
        className="documentation-search"
        aria-label="Search types and fields"
        placeholder="Search types and fields"
        value={wanted}
        onChange={(event) => setWanted(event.target.value)}
      />
      {wanted.trim() !== "" ? (
        <Hits schema={schema} wanted={wanted.trim().toLowerCase()} open={open} />
      ) : current ? (
        <>
          <button type="button" className="text-button" onClick={() => setTrail(trail.slice(0, -1))}>
            ← {trail[trail.length - 2] ?? "All types"}
          </button>
          <TypePage type={current} open={open} heading={heading} />
        </>
      ) : (
        <Roots schema={schema} open={open} />
      )}
    </div>
  );
}

interface Opening {
  readonly open: (name: string) => void;
}

function Roots({ schema, open }: Opening & { readonly schema: Schema }) {
  const roots = [schema.roots.query, schema.roots.mutation, schema.roots.subscription].filter((each): each is TypePart => each !== null);
  const others = [...schema.types.values()].filter((type) => !roots.includes(type) && !type.name.startsWith("__"));
  return (
    <>
      {schema.description && <p className="documentation-text"><Words text={schema.description} /></p>}
      <h3>Where to begin</h3>
      <TypeList types={roots} open={open} />
      <h3>All types</h3>
      <TypeList types={others.sort((a, b) => (a.name < b.name ? -1 : 1))} open={open} />
    </>
  );
}

function TypeList({ types, open }: Opening & { readonly types: readonly TypePart[] }) {
  return (
    <ul>
      {types.map((type) => (
        <li key={type.name}>
          <button type="button" className="text-button" onClick={() => open(type.name)}>{type.name}</button> <small>{kindWord(type.kind)}</small>
        </li>
      ))}
    </ul>
  );
}

function Hits({ schema, wanted, open }: Opening & { readonly schema: Schema; readonly wanted: string }) {
  const hits = useMemo(() => {
    const types = [...schema.types.values()].filter((type) => !type.name.startsWith("__"));
    const own = types.filter((type) => type.name.toLowerCase().includes(wanted)).map((type) => ({ type, part: "" }));
    const parts = types.flatMap((type) =>
      [...(type.fields ?? []), ...(type.inputFields ?? []), ...(type.enumValues ?? [])]
        .filter((part) => part.name.toLowerCase().includes(wanted))
        .map((part) => ({ type, part: `.${part.name}` })),
    );
    return [...own, ...parts];
  }, [schema, wanted]);
  return (
    <>
      <p className="hint" role="status">{hits.length === 0 ? "Nothing has this in its name." : `${hits.length} found`}</p>
      <ul>
        {hits.slice(0, hitLimit).map(({ type, part }) => (
          <li key={type.name + part}>
            <button type="button" className="text-button" onClick={() => open(type.name)}>{type.name + part}</button> <small>{kindWord(type.kind)}</small>
          </li>
        ))}
      </ul>
    </>
  );
}

function TypePage({ type, open, heading }: Opening & { readonly type: TypePart; readonly heading: React.Ref<HTMLHeadingElement> }) {
  return (
    <>
      <h3 ref={heading} tabIndex={-1}>{type.name} <small>{kindWord(type.kind)}</small></h3>
      {type.description && <p className="documentation-text"><Words text={type.description} /></p>}
      <Uses title="Implements" uses={type.interfaces} open={open} />
      <Uses title="One of" uses={type.possibleTypes} open={open} />
      {type.fields && <Parts title="Fields" parts={type.fields} open={open} />}
      {type.inputFields && <Parts title="Fields" parts={type.inputFields} open={open} />}
      {type.enumValues && (
        <dl>
          {type.enumValues.map((value) => (
            <div key={value.name}>
              <dt><code>{value.name}</code></dt>
              <Note part={value} />
            </div>
          ))}
        </dl>
      )}
    </>
  );
}

function Uses({ title, uses, open }: Opening & { readonly title: string; readonly uses: readonly TypeUse[] | null }) {
  if (!uses || uses.length === 0) return null;
  return (
    <p>
      {title}: {uses.map((use, index) => <span key={nameOf(use)}>{index > 0 && ", "}<Use use={use} open={open} /></span>)}
    </p>
  );
}

function Parts({ title, parts, open }: Opening & { readonly title: string; readonly parts: readonly (FieldPart | InputPart)[] }) {
  return (
    <>
      <h4>{title}</h4>
      <dl>
        {parts.map((part) => (
          <div key={part.name}>
            <dt>
              <code>{part.name}</code>
              {"args" in part && part.args.length > 0 && <Arguments args={part.args} open={open} />}
              <code>: <Use use={part.type} open={open} /></code>
              {"defaultValue" in part && part.defaultValue !== null && <code> = {part.defaultValue}</code>}
            </dt>
            <Note part={part} />
          </div>
        ))}
      </dl>
    </>
  );
}

function Arguments({ args, open }: Opening & { readonly args: readonly InputPart[] }) {
  return (
    <code>
      (
      {args.map((argument, index) => (
        <span key={argument.name} title={argument.description ?? undefined}>
          {index > 0 && ", "}
          {argument.name}: <Use use={argument.type} open={open} />
          {argument.defaultValue !== null && ` = ${argument.defaultValue}`}
        </span>
      ))}
      )
    </code>
  );
}

function Use({ use, open }: Opening & { readonly use: TypeUse }) {
  const name = nameOf(use);
  const [before = "", after = ""] = written(use).split(name);
  return <>{before}<button type="button" className="text-button" onClick={() => open(name)}>{name}</button>{after}</>;
}

function Note({ part }: { readonly part: { readonly description: string | null; readonly deprecationReason: string | null } }) {
  if (part.description === null && part.deprecationReason === null) return null;
  return (
    <dd>
      {part.description !== null && <Words text={part.description} />}
      {part.deprecationReason !== null && <strong> Deprecated: <Words text={part.deprecationReason} /></strong>}
    </dd>
  );
}

/** A description; what stands between backticks is code. */
function Words({ text }: { readonly text: string }) {
  return <>{text.split("`").map((part, index) => (index % 2 === 1 ? <code key={index}>{part}</code> : part))}</>;
}
