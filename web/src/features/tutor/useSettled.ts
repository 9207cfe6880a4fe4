import { useEffect, useRef, useState } from "react";
import { useChat } from "./chat";
import type { Chat } from "./chat";

/** How many answers have ended while this was looked at: what they cost is to be asked for again then. */
export function useSettled(chat: Chat): number {
  const { turns } = useChat(chat);
  const last = turns[turns.length - 1];
  const isAnswering = last !== undefined && !last.isOver;
  const was = useRef(isAnswering);
  const [count, setCount] = useState(0);
  useEffect(() => {
    if (was.current && !isAnswering) setCount((before) => before + 1);
    was.current = isAnswering;
  }, [isAnswering]);
  return count;
}
