import { useState } from "react";
import { beginSession } from "../../api/session";
import { send } from "../../api/transport";
import { Link, navigate } from "../../app/router";
import { useTitle } from "../../design/useTitle";
import { Field } from "./Field";
import { Login } from "./queries.generated";
import type { LoginResult } from "./queries.generated";
import { emailProblem, useAuthForm, wayBack } from "./useAuthForm";

export default function SignInPage() {
  useTitle("Sign in");
  const [email, setEmail] = useState("");
  const [password, setPassword] = useState("");
  const { form, busy, problems, submit } = useAuthForm(
    () => ({
      ...(emailProblem(email) && { email: emailProblem(email) }),
      ...(password === "" && { password: "Enter your password." }),
    }),
    async () => {
      const { login } = await send<LoginResult>(Login, { email: email.trim(), password }, null);
      beginSession(login);
      navigate(wayBack(), true);
    },
  );
  return (
    <div className="page auth">
      <form ref={form} className="auth-card" noValidate onSubmit={submit} aria-labelledby="auth-title">
        <h1 id="auth-title">Sign in</h1>
        {problems.form && (
          <p className="form-problem" role="alert">
            {problems.form}
          </p>
        )}
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
          autoComplete="current-password"
          value={password}
          onChange={setPassword}
          problem={problems.password ?? ""}
          maxLength={128}
        />
        <button type="submit" className="button primary wide" disabled={busy}>
          {busy ? "Signing in…" : "Sign in"}
        </button>
        <p className="auth-other">
          New here? <Link href={`/register${location.search}`}>Make an account</Link>
        </p>
      </form>
    </div>
  );
}
