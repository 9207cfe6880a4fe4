/** What is kept on this device of a source that is being written. */
export interface Kept {
  readonly text: string;
  /** The version that it began from; 0 for a sketch. */
  readonly version: number;
}

const keyOf = (id: string) => (id === "" ? "atlas-sketch" : `atlas-edit-${id}`);

export function kept(id: string): Kept | null {
  try {
    const value: unknown = JSON.parse(localStorage.getItem(keyOf(id)) ?? "null");
    if (typeof value !== "object" || value === null) return null;
    const { text, version } = value as Partial<Kept>;
    return typeof text === "string" && typeof version === "number" ? { text, version } : null;
  } catch {
    return null;
  }
}

/** Whether it could be kept; storage may be closed to us, or full. */
export function keep(id: string, value: Kept | null): boolean {
  try {
    if (value) localStorage.setItem(keyOf(id), JSON.stringify(value));
    else localStorage.removeItem(keyOf(id));
    return true;
  } catch {
    return false;
  }
}
