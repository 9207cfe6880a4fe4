const colours = ["ink", "grey", "red", "orange", "yellow", "green", "blue", "violet"];

/** A user with ideas. */
export class Editor {
  made = 0;
  stroke = null;

  constructor(random, code, user) {
    Object.assign(this, { random, code, user });
  }

  /** Does something; says what kind of thing. */
  act(client) {
    const dice = this.random.next();
    if (dice < 0.12) return client.undo(), "undos";
    if (dice < 0.18) return client.redo(), "redos";
    if (dice < 0.2) return client.edit([this.nonsense(client)]), "edits";
    if (dice < 0.42) return this.draw(client), "edits";
    if (dice < 0.45) return this.intrude(client), "edits";
    const operations = Array.from({ length: this.random.chance(0.8) ? 1 : 1 + this.random.below(4) }, () => this.operation(client));
    client.edit(operations, this.random.chance(0.3) ? "group" : undefined);
    return "edits";
  }

  word() {
    this.made += 1;
    return `${this.user} ${this.made} ${this.random.of(["", "é", "“x”", "\n", "😀"])}`;
  }

  newID() {
    this.made += 1;
    return `${this.user}-${this.made}`;
  }

  known(client) {
    return client.view.size === 0 ? undefined : this.random.of([...client.view.keys()]);
  }

  place() {
    return [Math.round(this.random.next() * 4_000) / 7, -this.random.next() * 900];
  }

  top(client) {
    const highest = [...client.view].sort(this.code.byPlace).pop();
    return this.code.placeBetween(highest?.[1].z ?? null, null, this.random.next);
  }

  operation(client) {
    const id = this.known(client);
    if (!id || this.random.chance(0.25)) return ["put", this.newID(), this.record(client)];
    const record = client.view.get(id);
    if (this.random.chance(0.15)) return ["del", id];
    const change = { pos: this.place() };
    if (record.type === "note") Object.assign(change, this.random.of([{ text: this.word() }, { colour: this.random.of(colours) }, { colour: null }]));
    if (record.type === "node") Object.assign(change, this.random.of([{ label: this.word() }, { kind: "cache" }, { parent: this.user }]));
    if (record.type === "edge") return ["set", id, this.random.of([{ label: this.word() }, { label: null }, { mode: "async" }])];
    return ["set", id, this.random.chance(0.5) ? { pos: this.place() } : change];
  }

  record(client) {
    const common = { pos: this.place(), size: [120, 60.3], z: this.top(client) };
    const id = this.known(client);
    const dice = this.random.below(id ? 4 : 3);
    if (dice === 0) return { type: "note", text: this.word(), colour: "yellow", ...common };
    if (dice === 3) return { type: "edge", from: id, to: id, z: common.z, label: this.word() };
    return { type: "node", kind: "service", label: this.word(), ...common };
  }

  /** The next points of a stroke, or a new one. */
  draw(client) {
    if (!this.stroke || !client.view.has(this.stroke) || this.random.chance(0.15)) {
      this.stroke = this.newID();
      client.edit([["put", this.stroke, { type: "freehand", pos: this.place(), z: this.top(client), pts: [], width: 2 }]], this.stroke);
    }
    client.edit([this.points(this.stroke, client)], this.stroke);
  }

  /** Adds points to anybody's stroke. */
  intrude(client) {
    const strokes = [...client.view].filter(([, record]) => record.type === "freehand");
    if (strokes.length > 0) client.edit([this.points(this.random.of(strokes)[0], client)]);
  }

  points(id, client) {
    const run = [];
    for (let count = 1 + this.random.below(this.random.chance(0.05) ? 150 : 6); count > 0; count -= 1) {
      this.made += 1;
      run.push(this.made, this.random.below(8_000) - 4_000, this.random.below(256));
    }
    return ["app", id, this.code.pointCount(client.view.get(id)), run];
  }

  /** What the server must refuse. */
  nonsense(client) {
    const id = this.known(client);
    return id && this.random.chance(0.5) ? ["set", id, { z: "not a place" }] : ["put", this.newID(), { type: "node", label: "without a kind" }];
  }
}
