/** Another password of one's own. */
import { html } from "../vendor/preact-htm.js";
import { useApi } from "./context.js";
import { Field, submitting } from "./form.js";
import { useAction } from "./resource.js";
import { toast } from "./toasts.js";
import { Problem } from "./widgets.js";

/** `isFirst`: whoever came by a mailed link may have no password yet. */
export function PasswordForm({ path, isFirst, onChanged }) {
  const api = useApi();
  const change = useAction(async (form) => {
    const { password, current_password } = Object.fromEntries(new FormData(form));
    await api.patch(path, { password, ...(current_password && { current_password }) });
    form.reset();
    toast("The password is changed.");
    await onChanged?.();
  });
  const errors = change.error?.byField ?? {};
  return html`<form class="card stack" onSubmit=${submitting((data, form) => change.run(form))} aria-label="Password">
    <h2>Password</h2>
    <${Field} label="Current password" name="current_password" type="password" autocomplete="current-password" required=${!isFirst} hint=${isFirst && "Leave it empty if you have none yet."} error=${errors.current_password} />
    <${Field} label="New password" name="password" type="password" autocomplete="new-password" required error=${errors.password} />
    <${Problem} error=${change.error} />
    <div class="buttons"><button type="submit" disabled=${change.isRunning}>Change the password</button></div>
  </form>`;
}
