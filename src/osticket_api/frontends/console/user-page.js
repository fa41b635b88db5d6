/** One user, with notes and tickets. */
import { html, useState } from "../vendor/preact-htm.js";
import { useApi } from "../shared/context.js";
import { FormDialog } from "../shared/dialog.js";
import { day } from "../shared/format.js";
import { Field } from "../shared/form.js";
import { useAction, useResource } from "../shared/resource.js";
import { href } from "../shared/router.js";
import { Badge, Loaded } from "../shared/widgets.js";
import { Notes } from "./notes.js";
import { TicketsOf } from "./tickets-of.js";

export function UserPage({ id }) {
  const user = useResource(`/users/${id}`);
  const [isEditing, setEditing] = useState(false);
  return html`<${Loaded} resource=${user}>${(data) => html`<div class="page">
    <header class="page-head">
      <h1 dir="auto">${data.name}</h1>
      <button type="button" onClick=${() => setEditing(true)}>Change</button>
      <a class="button" href=${href("/tickets/new", { email: data.email, name: data.name })}>New ticket</a>
    </header>
    <section class="card">
      <dl>
        <dt>E-mail</dt><dd>${data.emails.map((each) => each.email).join(", ")}</dd>
        <dt>Phone</dt><dd>${data.phone ?? "–"}</dd>
        <dt>Organization</dt><dd>${data.organization ? html`<a href=${href(`/organizations/${data.organization.id}`)} dir="auto">${data.organization.name}</a>` : "–"}</dd>
        <dt>Account</dt><dd>${data.is_registered ? "Registered" : "Guest"} ${data.is_locked && html`<${Badge} kind="overdue">Locked</${Badge}>`}</dd>
        <dt>Since</dt><dd>${day(data.created_at)}</dd>
      </dl>
    </section>
    <${Notes} path=${`/users/${id}/notes`} />
    <${TicketsOf} path=${`/users/${id}/tickets`} />
    ${isEditing && html`<${EditUser} user=${data} onChanged=${user.reload} onClose=${() => setEditing(false)} />`}
  </div>`}</${Loaded}>`;
}

function EditUser({ user, onChanged, onClose }) {
  const api = useApi();
  const save = useAction(async ({ name, email, phone }) => {
    await api.patch(`/users/${user.id}`, { name, email, phone: phone || null });
    await onChanged();
  });
  const errors = save.error?.byField ?? {};
  return html`<${FormDialog} title="Change the user" submit="Save" action=${save} onClose=${onClose}>
    <${Field} label="Name" name="name" required value=${user.name} error=${errors.name} />
    <${Field} label="E-mail" name="email" type="email" required value=${user.email} error=${errors.email} />
    <${Field} label="Phone" name="phone" type="tel" value=${user.phone ?? ""} error=${errors.phone} />
  </${FormDialog}>`;
}
