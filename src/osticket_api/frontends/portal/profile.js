/** What users say of themselves. */
import { html } from "../vendor/preact-htm.js";
import { Answers } from "../shared/answers.js";
import { useApp } from "../shared/context.js";
import { valuesOf } from "../shared/custom-fields.js";
import { Field, submitting, useValues, ZoneField } from "../shared/form.js";
import { useLimits } from "../shared/limits.js";
import { PasswordForm } from "../shared/password-form.js";
import { Identities } from "../shared/identities.js";
import { SignIns } from "../shared/sign-ins.js";
import { useAction, useResource } from "../shared/resource.js";
import { SchemaFields } from "../shared/schema-fields.js";
import { toast } from "../shared/toasts.js";
import { Loading, Problem } from "../shared/widgets.js";

export function Profile() {
  const { api, me, reloadMe } = useApp();
  const form = useResource("/users/me/form");
  const [answers, answer] = useValues({});
  const save = useAction(async ({ name, timezone }) => {
    await api.patch("/users/me", { name, timezone: orNone(timezone), custom_fields: answers });
    await Promise.all([reloadMe(), own.reload()]);
    toast("Saved.");
  });
  const own = useResource("/users/me", { include: "custom_fields", urls: "signed" });
  const limits = useLimits("user");
  const errors = save.error?.byField ?? {};
  const seen = own.data?.named_fields?.filter(({ name }) => !form.data?.properties[name]) ?? []; // What is not theirs to change.
  if (api.guestTicketId) return html`<p class="card">You came by the link to a ticket. A profile is for those who have an account.</p>`;
  if (!me || !limits.isKnown || form.isLoading || own.isLoading) return html`<${Loading} />`;
  return html`<div class="page narrow">
    <h1>Profile</h1>
    <form class="card stack" onSubmit=${submitting(save.run)} aria-label="Profile">
      <p>${me.email}</p>
      <${Field} label="Name" name="name" autocomplete="name" required isFrozen=${limits.freezes("name")} value=${me.name} error=${errors.name} />
      <${SchemaFields} form=${form.data} values=${{ phone: own.data?.phone_text, ...valuesOf(own.data?.named_fields), ...answers }} change=${answer} errors=${errors} isOwn />
      ${seen.length > 0 && html`<${Answers} fields=${seen} />`}
      ${me.account && html`<${ZoneField} label="Time zone" name="timezone" empty="The help desk's" value=${me.account.timezone} error=${errors.timezone} />`}
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
