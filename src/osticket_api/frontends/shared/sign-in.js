/** The sign-in by name and password, by an identity provider, and by a second factor where the help desk asks for one. */
import { html, useState } from "../vendor/preact-htm.js";
import { useApi } from "./context.js";
import { Field } from "./form.js";
import { Providers } from "./providers.js";
import { useAction } from "./resource.js";
import { Problem } from "./widgets.js";

/** `askedFor`: the challenge of a sign-in that has begun elsewhere. */
export function SignIn({ title, onSignedIn, nameLabel = "User name or e-mail", askedFor = null, children }) {
  const api = useApi();
  const [challenge, setChallenge] = useState(askedFor);
  const signIn = useAction(async ({ username, password, code }) => {
    let answer;
    try {
      answer = await (challenge ? api.signInBy("/auth/two-factor", { challenge, code }) : api.signIn(username, password));
    } catch (error) {
      if (challenge || error.code !== "two_factor_required") throw error;
      setChallenge(error.problems[0].detail.challenge);
      return;
    }
    onSignedIn(answer.data);
  });
  const send = (event) => {
    event.preventDefault();
    signIn.run(Object.fromEntries(new FormData(event.target)));
  };
  return html`<div class="gate">
    <form class="card stack" onSubmit=${send} aria-label="Sign in">
      <h1>${title}</h1>
      ${challenge
        ? html`<${Field} key="code" label="Code of your second factor" name="code" inputmode="numeric" autocomplete="one-time-code" required autofocus />`
        : html`<${Field} label=${nameLabel} name="username" autocomplete="username" autocapitalize="none" required autofocus />
            <${Field} label="Password" name="password" type="password" autocomplete="current-password" required />`}
      <${Problem} error=${signIn.error} />
      <button type="submit" class="primary" disabled=${signIn.isRunning}>Sign in</button>
      ${!challenge && html`<${Providers} />`}
      ${children}
    </form>
  </div>`;
}
