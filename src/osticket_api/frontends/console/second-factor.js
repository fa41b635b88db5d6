/** The second factor at sign-in. */
import { html, useState } from "../vendor/preact-htm.js";
import { useApi } from "../shared/context.js";
import { FormDialog } from "../shared/dialog.js";
import { Field, Select } from "../shared/form.js";
import { useAction, useResource } from "../shared/resource.js";
import { toast } from "../shared/toasts.js";
import { Loaded } from "../shared/widgets.js";

const METHODS = [["totp", "An authenticator on my phone"], ["email", "Codes by e-mail"]];

export function SecondFactor() {
  const api = useApi();
  const factor = useResource("/auth/two-factor");
  const [step, setStep] = useState(null);
  const begin = useAction(async ({ method, current_password }) => {
    const { data } = await api.post("/auth/two-factor/enrolment", { method, current_password });
    setTimeout(() => setStep(data)); // Once this dialog has closed.
  });
  const confirm = useAction(async ({ code }) => {
    await api.post("/auth/two-factor/confirm", { challenge: step.challenge, code });
    toast("The second factor is set up.");
    await factor.reload();
  });
  const remove = useAction(async ({ current_password }) => {
    await api.post("/auth/two-factor/remove", { current_password });
    await factor.reload();
  });
  const close = () => setStep(null);
  const password = html`<${Field} label="Current password" name="current_password" type="password" autocomplete="current-password" required />`;
  return html`<${Loaded} resource=${factor}>${(data) => html`<section class="card stack">
    <h2>Second factor</h2>
    <p>${data.method ? `Set up: ${METHODS.find(([name]) => name === data.method)?.[1] ?? data.method}.` : "No codes are set up."}</p>
    <div class="buttons">
      <button type="button" onClick=${() => setStep("begin")}>${data.method ? "Set up another" : "Set up"}</button>
      ${data.method && html`<button type="button" class="danger" onClick=${() => setStep("remove")}>Remove</button>`}
    </div>
    ${step === "begin" && html`<${FormDialog} title="Second factor" submit="Go on" action=${begin} onClose=${close}>
      <${Field} label="How" name="method">${(attributes) => html`<${Select} ...${attributes} options=${METHODS} />`}</${Field}>
      ${password}
    </${FormDialog}>`}
    ${step === "remove" && html`<${FormDialog} title="Remove the second factor" submit="Remove" danger action=${remove} onClose=${close}>${password}</${FormDialog}>`}
    ${step?.challenge && html`<${FormDialog} title="The first code" submit="Set up" action=${confirm} onClose=${close}>
      ${step.secret && html`<p>Give this secret to the authenticator: <code>${step.secret}</code></p>`}
      <${Field} label="Code" name="code" inputmode="numeric" autocomplete="one-time-code" required autofocus />
    </${FormDialog}>`}
  </section>`}</${Loaded}>`;
}
