import { useState } from "react";
import { beginSession } from "../../api/session";
import { send } from "../../api/transport";
import { Link, navigate } from "../../app/router";
import { useTitle } from "../../design/useTitle";
import { Field } from "./Field";
import { Register } from "./queries.generated";
import type { RegisterResult } from "./queries.generated";
import { emailProblem, useAuthForm, wayBack } from "./useAuthForm";

const shortestPassword = 8;

export default function RegisterPage() {
  useTitle("Make an account");
  const [displayName, setDisplayName] = useState("");
  const [email, setEmail] = useState("");
  const [password, setPassword] = useState("");
  const { form, busy, problems, submit } = useAuthForm(
    () => ({
      ...(displayName.trim() === "" && { displayName: "Enter the name that others should see." }),
      ...(emailProblem(email) && { email: emailProblem(email) }),
      ...([...password].length < shortestPassword && { password: `A password has at least ${shortestPassword} characters.` }),
    }),
    async () => {
      const input = { email: email.trim(), password, displayName: displayName.trim() };
      const { register } = await send<RegisterResult>(Register, { input }, null);
      beginSession(register);
      navigate(wayBack(), true);
    },
  );
  return (
    <div className="page auth">
      <form ref={form} className="auth-card" noValidate onSubmit={submit} aria-labelledby="auth-title">
        <h1 id="auth-title">Make an account</h1>
        {problems.form && (
          <p className="form-problem" role="alert">
            {problems.form}
          </p>
        )}
        <Field
          label="Name"
          name="displayName"
          type="text"
          autoComplete="name"
          value={displayName}
          onChange={setDisplayName}
          problem={problems.displayName ?? ""}
          maxLength={60}
        />
        <Field
          label="E-mail"
          name="email"
          type="email"
          autoComplete="username"
          value={email}
          onChange={setEmail}
          problem={problems.email ?? ""}
          maxLength={254}
        />
        <Field
          label="Password"
          name="password"
          type="password"
          autoComplete="new-password"
          hint="At least 8 characters. Three or four unrelated words are strong and easy to remember."
          value={password}
          onChange={setPassword}
          problem={problems.password ?? ""}
          maxLength={128}
        />
        <button type="submit" className="button primary wide" disabled={busy}>
          {busy ? "Making it…" : "Make an account"}
        </button>
        <p className="auth-other">
          Have one already? <Link href={`/sign-in${location.search}`}>Sign in</Link>
        </p>
      </form>
    </div>
  );
}
