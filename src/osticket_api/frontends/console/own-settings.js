/** What an agent decides about oneself. */
import { html, useState } from "../vendor/preact-htm.js";
import { may } from "../shared/allowed.js";
import { useApp } from "../shared/context.js";
import { Editor } from "../shared/editor.js";
import { Field, Select, submitting, ZoneField } from "../shared/form.js";
import { useAction } from "../shared/resource.js";
import { useTitle } from "../shared/router.js";
import { toast } from "../shared/toasts.js";
import { Loading, Problem } from "../shared/widgets.js";
import { PasswordForm } from "../shared/password-form.js";
import { Identities } from "../shared/identities.js";
import { SignIns } from "../shared/sign-ins.js";
import { Passkeys } from "./passkeys.js";
import { SecondFactor } from "./second-factor.js";

const SIGNATURES = [["none", "None"], ["mine", "Mine"], ["department", "The department's"]];

export function OwnSettings() {
  const { me } = useApp();
  useTitle("My settings");
  if (!me) return html`<${Loading} />`;
  return html`<div class="page narrow">
    <h1>My settings</h1>
    <${Profile} me=${me} />
    ${may(me, "change_password") && html`<${PasswordForm} path="/staff/me" />`}
    <${SecondFactor} />
    <${Passkeys} />
    <${Identities} />
    <${SignIns} />
  </div>`;
}

function Profile({ me }) {
  const { api, reloadMe } = useApp();
  const [signature, setSignature] = useState(me.signature ?? "");
  const save = useAction(async (form) => {
    const { signature_type, page_size, on_vacation, language, ...given } = Object.fromEntries(new FormData(form));
    const plain = Object.fromEntries(Object.entries(given).map(([name, value]) => [name, value || null]));
    const preferences = { signature_type, page_size: page_size ? Number(page_size) : null };
    await api.patch("/staff/me", { ...plain, language: language || null, on_vacation: on_vacation === "on", signature: signature || null, preferences });
    await reloadMe();
    toast("Saved.");
  });
  const errors = save.error?.byField ?? {};
  const field = (label, name, more = {}) => html`<${Field} label=${label} name=${name} value=${me[name] ?? ""} error=${errors[name]} ...${more} />`;
  return html`<form class="card stack" onSubmit=${submitting((data, form) => save.run(form))} aria-label="Profile">
    <div class="columns">${field("First name", "first_name", { required: true })} ${field("Last name", "last_name", { required: true })}</div>
    ${field("E-mail", "email", { type: "email", required: true })}
    <div class="columns">${field("Phone", "phone", { type: "tel" })} ${field("Mobile", "mobile", { type: "tel" })}</div>
    <div class="columns">
      <${ZoneField} label="Time zone" name="timezone" empty="The help desk's" value=${me.timezone} error=${errors.timezone} />
      ${field("Language", "language", { placeholder: "en_US", hint: "Dates, numbers and the direction of writing follow." })}
    </div>
    <div class="columns">
      <${Field} label="Signature under replies" name="signature_type">${(attributes) => html`<${Select} ...${attributes} options=${SIGNATURES} value=${me.preferences.signature_type} />`}</${Field}>
      <${Field} label="Tickets on a page" name="page_size" type="number" min="5" max="100" value=${me.preferences.page_size ?? ""} />
    </div>
    <${Editor} label="My signature" placeholder="My signature" value=${signature} onChange=${setSignature} />
    <label class="check"><input type="checkbox" name="on_vacation" defaultChecked=${me.on_vacation} /> On vacation</label>
    <${Problem} error=${save.error} />
    <div class="buttons"><button type="submit" class="primary" disabled=${save.isRunning}>Save</button></div>
  </form>`;
}
