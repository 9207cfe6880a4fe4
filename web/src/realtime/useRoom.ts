import { useEffect, useMemo, useSyncExternalStore } from "react";
import { holdConnection } from "./connection";
import { GroupRoom } from "./room";
import type { History, RoomState } from "./room";

interface Kept {
  readonly room: GroupRoom;
  holders: number;
  lingering: number;
}

/** A page of the same group that follows at once goes on with the same room. */
const lingerMs = 5_000;
const rooms = new Map<string, Kept>();

/** The room of a group, kept while something on the page uses it. */
export function useRoom(groupId: string, me: { readonly id: string; readonly name: string }, history: History): [GroupRoom, RoomState] {
  const key = `${me.id} ${groupId}`;
  const kept = useMemo(() => {
    const known = rooms.get(key);
    if (known) return known;
    // Before the connection is this account's: those of another one must not go on with it.
    for (const [each, other] of [...rooms]) if (other.room.me.id !== me.id) end(each, other);
    const made: Kept = { room: new GroupRoom(groupId, me, history), holders: 0, lingering: 0 };
    linger(key, made);
    rooms.set(key, made);
    return made;
    // The key holds both the account and the group.
  }, [key]);
  useEffect(() => {
    clearTimeout(kept.lingering);
    kept.holders += 1;
    // A room that lingered may have been refused meanwhile.
    const release = holdConnection(me.id);
    return () => {
      release();
      kept.holders -= 1;
      if (kept.holders === 0) linger(key, kept);
    };
    // The key holds the account.
  }, [key, kept]);
  const { room } = kept;
  return [room, useSyncExternalStore(room.watch, room.snapshot)];
}

function linger(key: string, kept: Kept): void {
  kept.lingering = window.setTimeout(() => end(key, kept), lingerMs);
}

function end(key: string, kept: Kept): void {
  clearTimeout(kept.lingering);
  if (rooms.get(key) !== kept) return;
  rooms.delete(key);
  kept.room.close();
}
