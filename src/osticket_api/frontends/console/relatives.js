/** Tickets that are linked with this one or merged into it, or the one that it is linked with or merged into itself. */
import { html } from "../vendor/preact-htm.js";
import { ActionButton } from "../shared/allowed.js";
import { useApi } from "../shared/context.js";
import { useAction, useQuiet, useResource } from "../shared/resource.js";
import { href } from "../shared/router.js";
import { Icon, Problem } from "../shared/widgets.js";

export function Relatives({ ticket, onChanged }) {
  const api = useApi();
  const isChild = ticket.relation !== "none" && ticket.children.length === 0;
  const parent = useResource(useQuiet() && isChild ? `/tickets/${ticket.id}/parent` : null).data; // Not every agent sees it.
  const unlink = useAction(async (child) => {
    await api.postOnce(`/tickets/${child.id}/unlink`, {});
    await onChanged();
  });
  const relatives = isChild ? [parent].filter(Boolean) : ticket.children;
  if (!relatives.length) return null;
  const isMerged = ticket.relation === "merged";
  const title = isChild ? (isMerged ? "Merged into" : "Linked with") : isMerged ? "Merged tickets" : "Linked tickets";
  return html`<section>
    <h2>${title}</h2>
    <ul class="plain">${relatives.map((each) => html`<li key=${each.id}>
      <a href=${href(`/tickets/${each.id}`)} dir="auto">#${each.number} ${each.subject}</a>
      ${!isMerged && html`<${ActionButton} of=${ticket} to="link" class="quiet end" aria-label=${`Unlink #${each.number}`} onClick=${() => unlink.run(isChild ? ticket : each)}><${Icon} name="close" /></${ActionButton}>`}
    </li>`)}</ul>
    <${Problem} error=${unlink.error} />
  </section>`;
}
