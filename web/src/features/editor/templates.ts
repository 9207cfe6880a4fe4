import type { DiagramKind } from "./sourceParts";

export interface Template {
  readonly kind: DiagramKind;
  readonly name: string;
  readonly about: string;
  readonly source: string;
}

/** One small working picture of each kind. */
export const templates: readonly Template[] = [
  {
    kind: "flowchart",
    name: "Flowchart",
    about: "Parts and who calls whom.",
    source: `flowchart LR
  reader(["Reader"])
  api["API"]
  cache[("Cache")]
  db[("Database")]
  reader -->|asks| api
  api -.->|looks up| cache
  api -->|reads| db
`,
  },
  {
    kind: "sequence",
    name: "Sequence diagram",
    about: "Messages, one after the other.",
    source: `sequenceDiagram
  participant client as Client
  participant api as API
  participant db as Database
  client->>api: order
  api->>db: insert
  alt the database answers
    db-->>api: stored
    api-->>client: 201
  else it does not
    api-->>client: 503
  end
`,
  },
  {
    kind: "state",
    name: "State diagram",
    about: "What one thing can be, and what changes it.",
    source: `stateDiagram-v2
  [*] --> closed
  closed --> open: too many failures
  open --> half: time is up
  half --> closed: a call succeeds
  half --> open: a call fails
  closed: Closed
  open: Open
  half: Half open
`,
  },
  {
    kind: "class",
    name: "Class diagram",
    about: "Types, their members and how they relate.",
    source: `classDiagram
  class Cache {
    <<interface>>
    +get(key) Value
    +put(key, value)
  }
  class MemoryCache {
    -entries Map
  }
  class Store {
    +load(key) Value
  }
  Cache <|.. MemoryCache
  MemoryCache --> Store : asks on a miss
`,
  },
  {
    kind: "entity",
    name: "Entity diagram",
    about: "Tables, their columns and how many of each.",
    source: `erDiagram
  CUSTOMER ||--o{ ORDER : places
  ORDER ||--|{ LINE : contains
  CUSTOMER {
    uuid id PK
    string email UK
  }
  ORDER {
    uuid id PK
    uuid customer FK
    timestamp placedAt
  }
`,
  },
  {
    kind: "timeline",
    name: "Timeline",
    about: "What happened when.",
    source: `timeline
  title One bad deploy
  section Before
    14:02 : The new version is rolled out
  section Outage
    14:05 : Errors rise
    14:11 : On-call is paged
  section After
    14:24 : The old version is back
`,
  },
];

export const emptySketch = templates[0]?.source ?? "";

/** A whole file for the catalogue, with everything that it must have. */
export const catalogueFile = `---
id: my-diagram
title: A title of at most 80 characters
summary: One or two plain sentences.
category: E
level: 1
topics: [E1]
status: draft
view: structure
next: []
prerequisites: []
nodes:
  - id: reader
    kind: client
    purpose: Asks for a page.
    ifLost: One reader goes away.
  - id: api
    kind: service
    replicas: 2
    purpose: Answers what readers ask.
    ifLost: Nobody gets an answer.
  - id: db
    kind: db-leader
    stateful: true
    purpose: Holds every row.
    ifLost: The API has nothing to answer with.
edges:
  - from: reader
    to: api
    mode: sync
    protocol: HTTPS
    required: true
    carries: A question and its answer.
  - from: api
    to: db
    mode: sync
    protocol: SQL
    required: true
    carries: One SELECT.
probes:
  - id: kill-db
    question: The database is gone. Who can still work?
    kill: [db]
    answer: Nobody, because every answer comes from the database.
    fails: [api, reader]
    degrades: []
    distractors:
      - text: Everybody.
        why: The API has no copy of the rows.
      - text: Every second reader.
        why: Both replicas of the API ask the same database.
sources:
  - title: Where to read more
    url: https://example.org/
---

\`\`\`mermaid
flowchart LR
  reader(["Reader"])
  api["API"]
  db[("Database")]
  reader -->|asks| api
  api -->|reads| db
\`\`\`

## What you see

Say what the picture shows.

## Why it is built so

Say which trade-off it makes.

## How it fails

Say what is lost, and what that feels like.
`;

export interface Snippet {
  readonly name: string;
  readonly text: string;
}

/** Lines that are often wanted, by kind. */
export const snippets: Readonly<Record<DiagramKind, readonly Snippet[]>> = {
  flowchart: [
    { name: "A service", text: `  service["Service"]` },
    { name: "A database", text: `  store[("Database")]` },
    { name: "A client", text: `  user(["User"])` },
    { name: "A queue", text: `  jobs@{ shape: das, label: "Jobs" }` },
    { name: "A call", text: `  a -->|asks| b` },
    { name: "A call that may fail", text: `  a -.->|looks up| b` },
    { name: "A group", text: `  subgraph zone ["Zone"]\n    one["One"]\n    two["Two"]\n  end` },
  ],
  sequence: [
    { name: "A participant", text: `  participant api as API` },
    { name: "A message and its answer", text: `  client->>api: ask\n  api-->>client: answer` },
    { name: "Either, or", text: `  alt it works\n    api-->>client: 200\n  else it fails\n    api-->>client: 503\n  end` },
    { name: "Again and again", text: `  loop every second\n    client->>api: poll\n  end` },
    { name: "A note", text: `  Note over api: what happens here` },
  ],
  state: [
    { name: "A change", text: `  idle --> busy: work arrives` },
    { name: "A state with a name", text: `  busy: Busy` },
    { name: "States inside a state", text: `  state busy {\n    [*] --> reading\n    reading --> [*]\n  }` },
    { name: "A choice", text: `  state decide <<choice>>\n  busy --> decide\n  decide --> idle: done` },
  ],
  class: [
    { name: "A class", text: `  class Name {\n    +field Type\n    +method() Result\n  }` },
    { name: "Is a", text: `  Base <|-- Derived` },
    { name: "Has", text: `  Whole *-- Part` },
    { name: "Uses", text: `  User ..> Service : asks` },
  ],
  entity: [
    { name: "One to many", text: `  ONE ||--o{ MANY : has` },
    { name: "One to one", text: `  ONE ||--|| OTHER : is` },
    { name: "A table", text: `  TABLE {\n    uuid id PK\n    string name\n  }` },
  ],
  timeline: [
    { name: "A section", text: `  section Later` },
    { name: "An event", text: `    12:00 : What happened` },
  ],
};
