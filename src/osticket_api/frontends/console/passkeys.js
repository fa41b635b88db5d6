/** One's own passkeys. */
import { html, useState } from "../vendor/preact-htm.js";
import { useApi } from "../shared/context.js";
import { FormDialog } from "../shared/dialog.js";
import { Field } from "../shared/form.js";
import { knowsPasskeys, newPasskey } from "../shared/passkeys.js";
import { useAction, useResource } from "../shared/resource.js";
import { toast } from "../shared/toasts.js";
import { Loaded, Moment } from "../shared/widgets.js";

export function Passkeys() {
  const api = useApi();
  const passkeys = useResource("/auth/passkeys", { per_page: 50 });
  const [step, setStep] = useState(null);
  const close = () => setStep(null);
  const add = useAction(async ({ name, current_password }) => {
    const { data } = await api.post("/auth/passkeys/enrolment", { current_password });
    const credential = await newPasskey(data.options);
    await api.post("/auth/passkeys", { challenge: data.challenge, name, credential });
    toast("The passkey is added.");
    await passkeys.reload();
  });
  const rename = useAction(async ({ name }) => {
    await api.patch(`/auth/passkeys/${step.passkey.id}`, { name });
    await passkeys.reload();
  });
  const remove = useAction(async ({ current_password }) => {
    await api.delete(`/auth/passkeys/${step.passkey.id}`, { current_password });
    await passkeys.reload();
  });
  const named = (name) => html`<${Field} label="Name" name="name" value=${name} maxlength="128" required />`;
  const password = html`<${Field} label="Current password" name="current_password" type="password" autocomplete="current-password" required />`;
  return html`<section class="card stack">
    <h2>Passkeys</h2>
    <p>A passkey signs you in here, after the password. osTicket's own panel does not ask for it.</p>
    <${Loaded} resource=${passkeys}>${(data) => html`<ul class="plain">${data.map(
      (each) => html`<li key=${each.id} class="sign-in">
        <span><span dir="auto">${each.name}</span> <small>${each.host} <${Moment} at=${each.last_used_at ?? each.created_at} /></small></span>
        <span class="buttons">
          <button type="button" aria-label=${`Rename ${each.name}`} onClick=${() => setStep({ rename: true, passkey: each })}>Rename</button>
          <button type="button" aria-label=${`Remove ${each.name}`} onClick=${() => setStep({ remove: true, passkey: each })}>Remove</button>
        </span>
      </li>`,
    )}</ul>`}</${Loaded}>
    <div class="buttons">
      <button type="button" disabled=${!knowsPasskeys()} onClick=${() => setStep({ add: true })}>Add a passkey</button>
    </div>
    ${step?.add && html`<${FormDialog} title="Add a passkey" submit="Add" action=${add} onClose=${close}>${named("Passkey")}${password}</${FormDialog}>`}
    ${step?.rename && html`<${FormDialog} title="Rename the passkey" submit="Rename" action=${rename} onClose=${close}>${named(step.passkey.name)}</${FormDialog}>`}
    ${step?.remove && html`<${FormDialog} title=${`Remove ${step.passkey.name}`} submit="Remove" danger action=${remove} onClose=${close}>${password}</${FormDialog}>`}
  </section>`;
}
