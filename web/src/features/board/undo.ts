// Undo and redo of what this user did: fields that others have changed since are left alone.
import { sameValue } from "./records";
import type { BoardRecord, Change, Field, Operation, Records } from "./records";

type Values = { readonly [F in Field]?: { readonly before: unknown; readonly after: unknown } };

/** What an action did to one record. */
export type Step =
  | { readonly id: string; readonly what: "made"; readonly after: BoardRecord }
  | { readonly id: string; readonly what: "deleted"; readonly before: BoardRecord }
  | { readonly id: string; readonly what: "changed"; readonly values: Values };

interface Action {
  readonly group: string | undefined;
  readonly steps: readonly Step[];
}

const keptActions = 200;
const fieldsOf = (record: BoardRecord): Field[] => (Object.keys(record) as (Field | "type")[]).filter((name): name is Field => name !== "type" && name !== "author");

/** What becomes of a record; undefined where it stays as it is. */
export function stepBetween(id: string, before: BoardRecord | undefined, after: BoardRecord | undefined): Step | undefined {
  if (!before) return after && { id, what: "made", after };
  if (!after) return { id, what: "deleted", before };
  const values: Record<string, { before: unknown; after: unknown }> = {};
  for (const field of new Set([...fieldsOf(before), ...fieldsOf(after)])) {
    if (!sameValue(before[field], after[field])) values[field] = { before: before[field], after: after[field] };
  }
  return Object.keys(values).length > 0 ? { id, what: "changed", values } : undefined;
}

export class History {
  private past: Action[] = [];
  private future: Action[] = [];

  get canUndo(): boolean {
    return this.past.length > 0;
  }

  get canRedo(): boolean {
    return this.future.length > 0;
  }

  /** Remembers what the user did; actions of the same group that follow each other are undone together. */
  remember(steps: readonly Step[], group?: string): void {
    if (steps.length === 0) return;
    this.future = [];
    const last = this.past[this.past.length - 1];
    if (group !== undefined && last?.group === group) this.past[this.past.length - 1] = { group, steps: joined(last.steps, steps) };
    else this.past = [...this.past, { group, steps: joined([], steps) }].slice(-keptActions);
  }

  /** Takes back the last action of which anything can be taken back; `commit` does it and says what it did. */
  undo(view: Records, commit: (operations: Operation[]) => readonly Step[]): boolean {
    return this.move(this.past, this.future, view, commit);
  }

  redo(view: Records, commit: (operations: Operation[]) => readonly Step[]): boolean {
    return this.move(this.future, this.past, view, commit);
  }

  private move(from: Action[], to: Action[], view: Records, commit: (operations: Operation[]) => readonly Step[]): boolean {
    for (let action = from.pop(); action; action = from.pop()) {
      const operations = inverses(action.steps, view);
      if (operations.length === 0) continue;
      to.push({ group: undefined, steps: commit(operations) });
      return true;
    }
    return false;
  }
}

function inverses(steps: readonly Step[], view: Records): Operation[] {
  const operations: Operation[] = [];
  for (const step of [...steps].reverse()) {
    const operation = inverse(step, view.get(step.id));
    if (operation) operations.push(operation);
  }
  return operations;
}

function inverse(step: Step, now: BoardRecord | undefined): Operation | undefined {
  switch (step.what) {
    case "made":
      return now && isSame(now, step.after) ? ["del", step.id] : undefined;
    case "deleted":
      return now ? undefined : ["put", step.id, step.before];
    case "changed": {
      if (!now) return undefined;
      const change: Record<string, unknown> = {};
      for (const [field, { before, after }] of Object.entries(step.values)) {
        if (sameValue(now[field as Field], after)) change[field] = before ?? null;
      }
      return Object.keys(change).length > 0 ? ["set", step.id, change as Change] : undefined;
    }
  }
}

/** Whether all but the author is the same. */
function isSame(left: BoardRecord, right: BoardRecord): boolean {
  return left.type === right.type && new Set([...fieldsOf(left), ...fieldsOf(right)]).size === fieldsOf(left).length
    && fieldsOf(left).every((field) => sameValue(left[field], right[field]));
}

function joined(steps: readonly Step[], more: readonly Step[]): Step[] {
  const result = [...steps];
  for (const step of more) {
    let place = result.length - 1;
    while (place >= 0 && result[place]?.id !== step.id) place -= 1;
    const known = result[place];
    if (step.what === "changed" && known && known.what !== "deleted") result[place] = continued(known, step.values);
    else if (step.what === "deleted" && known?.what === "made") result.splice(place, 1);
    else result.push(step);
  }
  return result;
}

function continued(step: Exclude<Step, { what: "deleted" }>, more: Values): Step {
  if (step.what === "made") {
    const after: Record<string, unknown> = { ...step.after };
    for (const [field, value] of Object.entries(more)) after[field] = value.after;
    return { ...step, after: after as unknown as BoardRecord };
  }
  const values: Record<string, { before: unknown; after: unknown }> = { ...step.values };
  for (const [field, value] of Object.entries(more)) {
    const known = values[field];
    // Where somebody else has changed the field in between, undoing goes back to that.
    values[field] = known && sameValue(known.after, value.before) ? { before: known.before, after: value.after } : value;
  }
  return { ...step, values };
}
