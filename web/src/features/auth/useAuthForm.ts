import { useRef, useState } from "react";
import type { FormEvent, RefObject } from "react";
import { ApiError } from "../../api/transport";

/** What is wrong, by field name; `form` holds what concerns no field. */
export type Problems = Readonly<Partial<Record<"email" | "password" | "displayName" | "form", string>>>;

interface AuthForm {
  readonly form: RefObject<HTMLFormElement>;
  readonly busy: boolean;
  readonly problems: Problems;
  readonly submit: (event: FormEvent) => void;
}

/** Checks, sends, and says what went wrong; focus goes to the first field that is wrong. */
export function useAuthForm(check: () => Problems, send: () => Promise<void>): AuthForm {
  const form = useRef<HTMLFormElement>(null);
  const [busy, setBusy] = useState(false);
  const [problems, setProblems] = useState<Problems>({});
  const show = (found: Problems) => {
    setProblems(found);
    const wrong = (["displayName", "email", "password"] as const).find((name) => found[name]);
    const field = wrong && form.current?.elements.namedItem(wrong);
    if (field instanceof HTMLInputElement) field.focus();
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (busy) return;
    const found = check();
    show(found);
    if (Object.keys(found).length > 0) return;
    setBusy(true);
    send()
      .catch((error: unknown) => show(problemsFrom(error)))
      .finally(() => setBusy(false));
  };
  return { form, busy, problems, submit };
}

function problemsFrom(error: unknown): Problems {
  if (!(error instanceof ApiError)) return { form: "Something went wrong. Try again." };
  const field = error.field?.split(".").pop();
  if (field === "email" || field === "password" || field === "displayName") return { [field]: error.message };
  if (error.code === "TOO_MANY") {
    const wait = error.retryAfterSeconds;
    return { form: wait === null ? error.message : `${error.message} Try again in ${Math.ceil(wait)} seconds.` };
  }
  return { form: error.message };
}

/** Where to go after signing in: a path of this site named in the address, else what there is to do today. */
export function wayBack(): string {
  const back = new URLSearchParams(location.search).get("back") ?? "";
  return /^\/(?![/\\])/.test(back) ? back : "/today";
}

export function emailProblem(email: string): string {
  if (email.trim() === "") return "Enter your e-mail address.";
  return /^\S+@\S+$/.test(email.trim()) ? "" : "This does not look like an e-mail address.";
}
