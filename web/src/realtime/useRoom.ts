import { useEffect, useMemo, useSyncExternalStore } from "react";
import { GroupRoom } from "./room";
import type { History, RoomState } from "./room";

/** A page of the same group that follows at once goes on with the same room. */
const lingerMs = 5_000;
const rooms = new Map<string, { readonly room: GroupRoom; holders: number; lingering: number }>();

/** The room of a group, kept while something on the page uses it. */
export function useRoom(groupId: string, me: { readonly id: string; readonly name: string }, history: History): [GroupRoom, RoomState] {
  const key = `${me.id} ${groupId}`;
  const room = useMemo(() => {
    const known = rooms.get(key);
    if (known) return known.room;
    const made = new GroupRoom(groupId, me, history);
    rooms.set(key, { room: made, holders: 0, lingering: window.setTimeout(() => end(key), lingerMs) });
    return made;
    // The key holds both the account and the group.
  }, [key]);
  useEffect(() => {
    const entry = rooms.get(key);
    if (!entry) return;
    clearTimeout(entry.lingering);
    entry.holders += 1;
    return () => {
      entry.holders -= 1;
      if (entry.holders === 0) entry.lingering = window.setTimeout(() => end(key), lingerMs);
    };
  }, [key]);
  return [room, useSyncExternalStore(room.watch, room.snapshot)];
}

function end(key: string): void {
  rooms.get(key)?.room.close();
  rooms.delete(key);
}
