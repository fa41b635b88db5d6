/** For those who forgot their password: a link, by mail. */
import { html, useState } from "../vendor/preact-htm.js";
import { useCaptcha } from "./captcha.js";
import { useApi } from "./context.js";
import { Field, submitting } from "./form.js";
import { useAction } from "./resource.js";
import { Problem } from "./widgets.js";

export function ForgottenPassword() {
  const api = useApi();
  const [isSent, setSent] = useState(false);
  const captcha = useCaptcha();
  const ask = useAction(async (given) => {
    await api.post("/auth/forgot-password", { ...given, kind: api.kind }, { headers: captcha.headers }).finally(captcha.renew);
    setSent(true);
  });
  return html`<div class="page narrow">
    <h1>Forgotten password</h1>
    ${isSent
      ? html`<p class="card" role="status">If there is such an account, a link is on its way to you.</p>`
      : html`<form class="card stack" onSubmit=${submitting(ask.run)}>
          <${Field} label="User name or e-mail" name="username" autocomplete="username" required />
          ${captcha.field}
          <${Problem} error=${ask.error} />
          <div class="buttons"><button type="submit" class="primary" disabled=${ask.isRunning || !captcha.isSolved}>Send me a link</button></div>
        </form>`}
  </div>`;
}
