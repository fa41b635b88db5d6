/** The account behind a mailed link: `#/confirm?token=...`. */
import { html, useEffect } from "../vendor/preact-htm.js";
import { useApp } from "../shared/context.js";
import { useAction } from "../shared/resource.js";
import { go } from "../shared/router.js";
import { Loading, Problem } from "../shared/widgets.js";

export function Confirm({ query }) {
  const { api, signedIn } = useApp();
  const confirm = useAction(async () => {
    try {
      await api.signInBy("/auth/confirm", { token: query.token ?? "" });
    } catch (error) {
      if (error.code !== "already_confirmed") throw error;
      go("/reset-password", query, { replace: true }); // osTicket's mails about passwords have the same link.
      return;
    }
    go("/tickets");
    signedIn();
  });
  useEffect(() => void confirm.run(), []);
  return html`<div class="page narrow"><h1>Your account</h1>${confirm.error ? html`<${Problem} error=${confirm.error} />` : html`<${Loading} />`}</div>`;
}
