/** One organization, with its users, notes and tickets. */
import { html, useState } from "../vendor/preact-htm.js";
import { ActionButton, may } from "../shared/allowed.js";
import { useApi, useApp } from "../shared/context.js";
import { CustomFields } from "../shared/custom-fields.js";
import { FormDialog } from "../shared/dialog.js";
import { Facts, nameOf } from "../shared/facts.js";
import { Field } from "../shared/form.js";
import { useLimits } from "../shared/limits.js";
import { useAction, useResource } from "../shared/resource.js";
import { href, useTitle } from "../shared/router.js";
import { Empty, Loaded } from "../shared/widgets.js";
import { Notes } from "./notes.js";
import { TicketsOf } from "./tickets-of.js";

export function OrganizationPage({ id }) {
  const { me } = useApp();
  const organization = useResource(`/organizations/${id}`, { include: "custom_fields", urls: "signed" });
  const users = useResource(`/organizations/${id}/users`, { per_page: 100 });
  const [isEditing, setEditing] = useState(false);
  useTitle(organization.data?.name);
  return html`<${Loaded} resource=${organization}>${(data) => html`<div class="page">
    <header class="page-head"><h1 dir="auto">${data.name}</h1><${ActionButton} of=${me} to="edit_organizations" onClick=${() => setEditing(true)}>Change</${ActionButton}></header>
    <section class="card">
      <${Facts} rows=${[["Manager", nameOf(data.manager)], ["Domains", data.domain && (data.domain.join(", ") || null)], ["Sharing", sharingOf(data)]]} />
    </section>
    <${CustomFields} kind="card" path=${`/organizations/${id}`} thing=${data} mayChange=${may(me, "edit_organizations")} onChanged=${organization.reload} />
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

function sharingOf({ share_everything, share_primary_contacts }) {
  if (share_everything) return "All users see all tickets";
  if (share_primary_contacts) return "Primary contacts see all tickets";
  return share_everything === undefined ? undefined : "Users see their own tickets";
}

function EditOrganization({ organization, onChanged, onClose }) {
  const api = useApi();
  const limits = useLimits("organization");
  const canShare = organization.share_everything !== undefined && !limits.freezes("share_everything");
  const save = useAction(async ({ name, domain, share_everything }) => {
    const given = { name, domain: domain?.split(/[\s,]+/).filter(Boolean), share_everything: canShare ? share_everything === "on" : undefined };
    await api.patch(`/organizations/${organization.id}`, given); // What is frozen or hidden is not sent.
    await onChanged();
  });
  if (!limits.isKnown) return null;
  return html`<${FormDialog} title="Change the organization" submit="Save" action=${save} onClose=${onClose}>
    <${Field} label="Name" name="name" required isFrozen=${limits.freezes("name")} value=${organization.name} />
    ${organization.domain && html`<${Field} label="Domains" name="domain" isFrozen=${limits.freezes("domain")} value=${organization.domain.join(", ")} />`}
    ${canShare && html`<label class="check"><input type="checkbox" name="share_everything" defaultChecked=${organization.share_everything} /> All users see all tickets</label>`}
  </${FormDialog}>`;
}
