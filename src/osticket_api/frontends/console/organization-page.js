/** One organization, with its users, notes and tickets. */
import { html, useState } from "../vendor/preact-htm.js";
import { useApi } from "../shared/context.js";
import { FormDialog } from "../shared/dialog.js";
import { Field } from "../shared/form.js";
import { useAction, useResource } from "../shared/resource.js";
import { href } from "../shared/router.js";
import { Empty, Loaded } from "../shared/widgets.js";
import { Notes } from "./notes.js";
import { TicketsOf } from "./tickets-of.js";

export function OrganizationPage({ id }) {
  const organization = useResource(`/organizations/${id}`);
  const users = useResource(`/organizations/${id}/users`, { per_page: 100 });
  const [isEditing, setEditing] = useState(false);
  return html`<${Loaded} resource=${organization}>${(data) => html`<div class="page">
    <header class="page-head"><h1 dir="auto">${data.name}</h1><button type="button" onClick=${() => setEditing(true)}>Change</button></header>
    <section class="card">
      <dl>
        <dt>Manager</dt><dd dir="auto">${data.manager?.name ?? "–"}</dd>
        <dt>Domains</dt><dd>${data.domain.join(", ") || "–"}</dd>
        <dt>Sharing</dt><dd>${data.share_everything ? "All users see all tickets" : data.share_primary_contacts ? "Primary contacts see all tickets" : "Users see their own tickets"}</dd>
      </dl>
    </section>
    <section class="card">
      <h2>Users</h2>
      <${Loaded} resource=${users}>${(people) => people.length
        ? html`<ul class="plain">${people.map((each) => html`<li key=${each.id}><a href=${href(`/users/${each.id}`)} dir="auto">${each.name}</a> <small>${each.email}</small></li>`)}</ul>`
        : html`<${Empty}>None.</${Empty}>`}</${Loaded}>
    </section>
    <${Notes} path=${`/organizations/${id}/notes`} />
    <${TicketsOf} path=${`/organizations/${id}/tickets`} />
    ${isEditing && html`<${EditOrganization} organization=${data} onChanged=${organization.reload} onClose=${() => setEditing(false)} />`}
  </div>`}</${Loaded}>`;
}

function EditOrganization({ organization, onChanged, onClose }) {
  const api = useApi();
  const save = useAction(async ({ name, domain, share_everything }) => {
    await api.patch(`/organizations/${organization.id}`, { name, domain: domain.split(/[\s,]+/).filter(Boolean), share_everything: share_everything === "on" });
    await onChanged();
  });
  return html`<${FormDialog} title="Change the organization" submit="Save" action=${save} onClose=${onClose}>
    <${Field} label="Name" name="name" required value=${organization.name} />
    <${Field} label="Domains" name="domain" value=${organization.domain.join(", ")} />
    <label class="check"><input type="checkbox" name="share_everything" defaultChecked=${organization.share_everything} /> All users see all tickets</label>
  </${FormDialog}>`;
}
