import type { Disposable, Terminal } from "./xterm";

/** Questions of a program to the terminal, as xterm answers them: what it is, where the cursor is, which modes are on. */
const csi = [
  { final: "c" },
  { prefix: ">", final: "c" },
  { final: "n" },
  { prefix: "?", final: "n" },
  { intermediates: "$", final: "p" },
  { prefix: "?", intermediates: "$", final: "p" },
] as const;
/** Colours; a question when the data ends in `?`. */
const osc = [4, 10, 11, 12] as const;

/** Leaves a program's questions unanswered while `isQuiet`: they are old, or a recording, or another window answers. */
export function answerOnlyWhen(terminal: Terminal, isQuiet: () => boolean): readonly Disposable[] {
  const { parser } = terminal;
  return [
    ...csi.map((id) => parser.registerCsiHandler(id, isQuiet)),
    parser.registerDcsHandler({ intermediates: "$", final: "q" }, isQuiet),
    ...osc.map((id) => parser.registerOscHandler(id, (data) => data.endsWith("?") && isQuiet())),
  ];
}
