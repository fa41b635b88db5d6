/** Who else takes part in a conversation. */
import { html, useState } from "../vendor/preact-htm.js";
import { may } from "../shared/allowed.js";
import { useApp } from "../shared/context.js";
import { FormDialog } from "../shared/dialog.js";
import { Field } from "../shared/form.js";
import { useAction } from "../shared/resource.js";
import { Icon, Problem } from "../shared/widgets.js";
import { KNOWN_ONLY } from "./user-picker.js";

export function Collaborators({ ticket, onChanged }) {
  const { api, me } = useApp();
  const [isAdding, setAdding] = useState(false);
  const base = `/tickets/${ticket.id}/collaborators`;
  const add = useAction(async ({ email, name }) => {
    await api.postOnce(base, { email, name: name || null });
    await onChanged();
  });
  const remove = useAction(async (each) => {
    await api.delete(`${base}/${each.id}`);
    await onChanged();
  });
  return html`<section>
    <h2>Collaborators <button type="button" class="quiet end" aria-label="Add a collaborator" onClick=${() => setAdding(true)}><${Icon} name="plus" /></button></h2>
    <ul class="plain">
      ${ticket.collaborators.map(
        (each) => html`<li key=${each.id}><span dir="auto">${each.name ?? each.user?.name}</span>
          <button type="button" class="quiet end" aria-label=${`Remove ${each.name ?? each.user?.name}`} onClick=${() => remove.run(each)}><${Icon} name="close" /></button></li>`,
      )}
      ${ticket.collaborators.length === 0 && html`<li class="faint">None</li>`}
    </ul>
    <${Problem} error=${remove.error} />
    ${isAdding && html`<${FormDialog} title="Add a collaborator" submit="Add" action=${add} onClose=${() => setAdding(false)}>
      <${Field} label="E-mail" name="email" type="email" required hint=${!may(me, "create_user") && KNOWN_ONLY} />
      <${Field} label="Name" name="name" />
    </${FormDialog}>`}
  </section>`;
}
