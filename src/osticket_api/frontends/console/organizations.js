/** The organizations of the users. */
import { html, useState } from "../vendor/preact-htm.js";
import { ActionButton } from "../shared/allowed.js";
import { useApp } from "../shared/context.js";
import { Field } from "../shared/form.js";
import { useResource, useRested } from "../shared/resource.js";
import { go, href, useTitle } from "../shared/router.js";
import { Empty, Loaded, Pager } from "../shared/widgets.js";
import { NewDialog } from "./new-dialog.js";

export function Organizations() {
  const { me } = useApp();
  const [words, setWords] = useState("");
  const [page, setPage] = useState(1);
  const [isAdding, setAdding] = useState(false);
  const organizations = useResource("/organizations", { q: useRested(words.trim()), page, per_page: 25, sort: "name" });
  useTitle("Organizations");
  return html`<div class="page">
    <header class="page-head">
      <h1>Organizations</h1>
      <input type="search" aria-label="Find organizations" placeholder="Name" value=${words} onInput=${(event) => (setWords(event.target.value), setPage(1))} />
      <${ActionButton} of=${me} to="create_organization" onClick=${() => setAdding(true)}>New organization</${ActionButton}>
    </header>
    <${Loaded} resource=${organizations}>${(data) => data.length
      ? html`<table class="listing">
          <thead><tr><th scope="col">Name</th><th scope="col">Manager</th><th scope="col">Users</th><th scope="col">Open</th><th scope="col">Closed</th></tr></thead>
          <tbody>${data.map((each) => html`<tr key=${each.id}>
            <td data-label="Name"><a href=${href(`/organizations/${each.id}`)} dir="auto">${each.name}</a></td>
            <td data-label="Manager" dir="auto">${each.manager?.name ?? "–"}</td>
            <td data-label="Users">${each.user_count}</td>
            <td data-label="Open">${each.ticket_counts.open}</td>
            <td data-label="Closed">${each.ticket_counts.closed}</td>
          </tr>`)}</tbody>
        </table>`
      : html`<${Empty}>None found.</${Empty}>`}</${Loaded}>
    <${Pager} meta=${organizations.meta} page=${page} onPage=${setPage} />
    ${isAdding && html`<${NewOrganization} onClose=${() => setAdding(false)} />`}
  </div>`;
}

function NewOrganization({ onClose }) {
  const { api } = useApp();
  const create = async ({ name, domain }, custom_fields) => {
    const { data } = await api.postOnce("/organizations", { name, domain: domain.split(/[\s,]+/).filter(Boolean), custom_fields });
    go(`/organizations/${data.id}`);
  };
  return html`<${NewDialog} title="New organization" path="/organizations" create=${create} onClose=${onClose}>${(errors) => html`
    <${Field} label="Name" name="name" required error=${errors.name} />
    <${Field} label="Domains" name="domain" error=${errors.domain} hint="Mail addresses that belong to it, such as acme.example" />`}
  </${NewDialog}>`;
}
