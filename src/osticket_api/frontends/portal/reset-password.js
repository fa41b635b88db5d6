/** A new password by a mailed link: `#/reset-password?token=...`. */
import { html } from "../vendor/preact-htm.js";
import { useApp } from "../shared/context.js";
import { Field } from "../shared/form.js";
import { useAction } from "../shared/resource.js";
import { go } from "../shared/router.js";
import { Problem } from "../shared/widgets.js";

export function ResetPassword({ query }) {
  const { api, signedIn } = useApp();
  const reset = useAction(async (given) => {
    await api.signInBy("/auth/reset-password", { token: query.token ?? "", ...given });
    go("/tickets");
    signedIn();
  });
  const errors = reset.error?.byField ?? {};
  const send = (event) => {
    event.preventDefault();
    reset.run(Object.fromEntries(new FormData(event.target)));
  };
  return html`<div class="page narrow">
    <h1>New password</h1>
    <form class="card stack" onSubmit=${send}>
      <${Field} label="User name or e-mail" name="username" autocomplete="username" required error=${errors.username} />
      <${Field} label="New password" name="password" type="password" autocomplete="new-password" required error=${errors.password} />
      <${Problem} error=${reset.error} />
      <div class="buttons"><button type="submit" class="primary" disabled=${reset.isRunning}>Save</button></div>
    </form>
  </div>`;
}
