/** The ticket behind a mailed link: `#/ticket-link?token=...`. */
import { html, useEffect } from "../vendor/preact-htm.js";
import { useApp } from "../shared/context.js";
import { useAction } from "../shared/resource.js";
import { go, href } from "../shared/router.js";
import { Loading, Problem } from "../shared/widgets.js";

export function TicketLink({ query }) {
  const { api, signedIn } = useApp();
  const follow = useAction(async () => {
    const { data } = await api.followTicketLink(query.token ?? "");
    go(`/tickets/${data.ticket_id}`, {}, { replace: true }); // The code stays neither in the address nor in the history.
    signedIn();
  });
  useEffect(() => void follow.run(), []);
  return html`<div class="page narrow">
    <h1>Your ticket</h1>
    ${follow.error ? html`<${Problem} error=${follow.error} /><p><a href=${href("/check")}>Ask for another link</a></p>` : html`<${Loading} />`}
  </div>`;
}
