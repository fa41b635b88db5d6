/** Another password of one's own. */
import { html } from "../vendor/preact-htm.js";
import { useApi } from "./context.js";
import { Field } from "./form.js";
import { useAction } from "./resource.js";
import { toast } from "./toasts.js";
import { Problem } from "./widgets.js";

export function PasswordForm({ path }) {
  const api = useApi();
  const change = useAction(async (form) => {
    await api.patch(path, Object.fromEntries(new FormData(form)));
    form.reset();
    toast("The password is changed.");
  });
  const errors = change.error?.byField ?? {};
  const send = (event) => {
    event.preventDefault();
    change.run(event.target);
  };
  return html`<form class="card stack" onSubmit=${send} aria-label="Password">
    <h2>Password</h2>
    <${Field} label="Current password" name="current_password" type="password" autocomplete="current-password" required error=${errors.current_password} />
    <${Field} label="New password" name="password" type="password" autocomplete="new-password" required error=${errors.password} />
    <${Problem} error=${change.error} />
    <div class="buttons"><button type="submit" disabled=${change.isRunning}>Change the password</button></div>
  </form>`;
}
