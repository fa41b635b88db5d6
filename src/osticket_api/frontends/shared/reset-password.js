/** A new password by a mailed link: `#/reset-password?token=...`. */
import { html } from "../vendor/preact-htm.js";
import { useApp } from "./context.js";
import { Field, submitting } from "./form.js";
import { useAction } from "./resource.js";
import { go } from "./router.js";
import { toast } from "./toasts.js";
import { Problem } from "./widgets.js";

export function ResetPassword({ query }) {
  const { api, signedIn } = useApp();
  const reset = useAction(async (given) => {
    let answer;
    try {
      answer = await api.signInBy("/auth/reset-password", { token: query.token ?? "", ...given, kind: api.kind });
    } catch (error) {
      if (error.code !== "two_factor_required") throw error;
      toast("The password is changed. Sign in with it.");
      go("/sign-in");
      return;
    }
    go(api.kind === "staff" ? "/" : "/tickets");
    signedIn(answer.data);
  });
  const errors = reset.error?.byField ?? {};
  return html`<div class="page narrow">
    <h1>New password</h1>
    <form class="card stack" onSubmit=${submitting(reset.run)}>
      <${Field} label="User name or e-mail" name="username" autocomplete="username" required error=${errors.username} />
      <${Field} label="New password" name="password" type="password" autocomplete="new-password" required error=${errors.password} />
      <${Problem} error=${reset.error} />
      <div class="buttons"><button type="submit" class="primary" disabled=${reset.isRunning}>Save</button></div>
    </form>
  </div>`;
}
