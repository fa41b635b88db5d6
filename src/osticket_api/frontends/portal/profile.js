/** What users say of themselves. */
import { html } from "../vendor/preact-htm.js";
import { useApp } from "../shared/context.js";
import { Field } from "../shared/form.js";
import { useLimits } from "../shared/limits.js";
import { PasswordForm } from "../shared/password-form.js";
import { Identities } from "../shared/identities.js";
import { SignIns } from "../shared/sign-ins.js";
import { useAction } from "../shared/resource.js";
import { toast } from "../shared/toasts.js";
import { Loading, Problem } from "../shared/widgets.js";

export function Profile() {
  const { api, me, reloadMe } = useApp();
  const save = useAction(async ({ name, phone, timezone }) => {
    await api.patch("/users/me", { name, phone: orNone(phone), timezone: orNone(timezone) });
    await reloadMe();
    toast("Saved.");
  });
  const limits = useLimits("user");
  const errors = save.error?.byField ?? {};
  const send = (event) => {
    event.preventDefault();
    save.run(Object.fromEntries(new FormData(event.target)));
  };
  if (!me || !limits.isKnown) return html`<${Loading} />`;
  return html`<div class="page narrow">
    <h1>Profile</h1>
    <form class="card stack" onSubmit=${send} aria-label="Profile">
      <p>${me.email}</p>
      <${Field} label="Name" name="name" autocomplete="name" required isFrozen=${limits.freezes("name")} value=${me.name} error=${errors.name} />
      ${me.phone !== undefined && html`<${Field} label="Phone" name="phone" type="tel" autocomplete="tel" isFrozen=${limits.freezes("phone")} value=${me.phone ?? ""} error=${errors.phone} />`}
      ${me.account && html`<${Field} label="Time zone" name="timezone" placeholder="Europe/Berlin" value=${me.account.timezone ?? ""} error=${errors.timezone} />`}
      <${Problem} error=${save.error} />
      <div class="buttons"><button type="submit" class="primary" disabled=${save.isRunning}>Save</button></div>
    </form>
    ${me.account?.may_change_password && html`<${PasswordForm} path="/users/me" />`}
    <${Identities} />
    <${SignIns} />
  </div>`;
}

/** What was emptied is set to nothing; what is not in the form, since it is frozen or hidden, stays. */
const orNone = (text) => (text === "" ? null : text);
