/** The sign-in by name and password, by an identity provider, and by a second factor where the help desk asks for one. */
import { html, useState } from "../vendor/preact-htm.js";
import { useApi } from "./context.js";
import { Field, submitting } from "./form.js";
import { Providers } from "./providers.js";
import { knowsPasskeys, shownPasskey } from "./passkeys.js";
import { useAction } from "./resource.js";
import { Problem } from "./widgets.js";

/** `askedFor`: what the API says of the second factor that a sign-in, begun elsewhere, still needs. */
export function SignIn({ title, onSignedIn, nameLabel = "User name or e-mail", askedFor = null, children }) {
  const api = useApi();
  const [asked, setAsked] = useState(askedFor);
  const takesCode = asked?.methods.some((each) => each !== "passkey");
  const signIn = useAction(async ({ username, password, code }) => {
    let answer;
    try {
      answer = await (asked ? api.signInBy("/auth/two-factor", { challenge: asked.challenge, code }) : api.signIn(username, password));
    } catch (error) {
      if (asked || error.code !== "two_factor_required" || !error.problems[0].detail) throw error;
      setAsked(error.problems[0].detail);
      return;
    }
    onSignedIn(answer.data);
  });
  const showPasskey = useAction(async () => {
    const passkey = await shownPasskey(asked.passkey);
    onSignedIn((await api.signInBy("/auth/two-factor", { challenge: asked.challenge, passkey })).data);
  });
  return html`<div class="gate">
    <form class="card stack" onSubmit=${submitting(signIn.run)} aria-label="Sign in">
      <h1>${title}</h1>
      ${asked
        ? takesCode && html`<${Field} key="code" label="Code of your second factor" name="code" inputmode="numeric" autocomplete="one-time-code" required autofocus />`
        : html`<${Field} label=${nameLabel} name="username" autocomplete="username" autocapitalize="none" required autofocus />
            <${Field} label="Password" name="password" type="password" autocomplete="current-password" required />`}
      <${Problem} error=${signIn.error ?? showPasskey.error} />
      ${(!asked || takesCode) && html`<button type="submit" class="primary" disabled=${signIn.isRunning}>Sign in</button>`}
      ${asked?.passkey && html`<button type="button" class=${takesCode ? "" : "primary"} disabled=${showPasskey.isRunning || !knowsPasskeys()} onClick=${() => showPasskey.run()}>Use a passkey</button>`}
      ${!asked && html`<${Providers} />`}
      ${children}
    </form>
  </div>`;
}
