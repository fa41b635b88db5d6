/** A new account. */
import { html, useState } from "../vendor/preact-htm.js";
import { useCaptcha } from "../shared/captcha.js";
import { useApp } from "../shared/context.js";
import { Field, submitting, useValues } from "../shared/form.js";
import { useAction, useResource } from "../shared/resource.js";
import { SchemaFields } from "../shared/schema-fields.js";
import { Problem } from "../shared/widgets.js";

export function Register() {
  const { api, desk } = useApp();
  const [isSent, setSent] = useState(false);
  const captcha = useCaptcha();
  const form = useResource("/users/form");
  const [answers, answer] = useValues({});
  const register = useAction(async ({ name, email, password }) => {
    const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
    const body = { name, email, password, custom_fields: answers, timezone: timeZone ?? null };
    await api.postOnce("/auth/register", body, { headers: captcha.headers }).finally(captcha.renew);
    setSent(true);
  });
  const errors = register.error?.byField ?? {};
  if (desk && !["public", "automatic"].includes(desk.sign_in.registration)) return html`<p class="card">This help desk does not let users register.</p>`;
  if (isSent) return html`<p class="card" role="status">Nearly done: a link that confirms your account is on its way to you.</p>`;
  return html`<div class="page narrow">
    <h1>Register</h1>
    <form class="card stack" onSubmit=${submitting(register.run)}>
      <${Field} label="Your name" name="name" autocomplete="name" required error=${errors.name} />
      <${Field} label="Your e-mail" name="email" type="email" autocomplete="email" required error=${errors.email} />
      <${Field} label="Password" name="password" type="password" autocomplete="new-password" required minlength=${desk?.sign_in.password_min_bytes} error=${errors.password} />
      <${SchemaFields} form=${form.data} values=${answers} change=${answer} errors=${errors} isOwn />
      ${captcha.field}
      <${Problem} error=${register.error} />
      <div class="buttons"><button type="submit" class="primary" disabled=${register.isRunning || !captcha.isSolved}>Register</button></div>
    </form>
  </div>`;
}
