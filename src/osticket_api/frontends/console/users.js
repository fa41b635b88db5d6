/** The users of the help desk. */
import { html, useState } from "../vendor/preact-htm.js";
import { ActionButton } from "../shared/allowed.js";
import { useApp } from "../shared/context.js";
import { Field } from "../shared/form.js";
import { useResource, useRested } from "../shared/resource.js";
import { go, href, useTitle } from "../shared/router.js";
import { Empty, Loaded, Pager } from "../shared/widgets.js";
import { NewDialog } from "./new-dialog.js";

export function Users() {
  const { me } = useApp();
  const [words, setWords] = useState("");
  const [page, setPage] = useState(1);
  const [isAdding, setAdding] = useState(false);
  const users = useResource("/users", { q: useRested(words.trim()), page, per_page: 25, sort: "name" });
  useTitle("Users");
  return html`<div class="page">
    <header class="page-head">
      <h1>Users</h1>
      <input type="search" aria-label="Find users" placeholder="Name or e-mail" value=${words} onInput=${(event) => (setWords(event.target.value), setPage(1))} />
      <${ActionButton} of=${me} to="create_user" onClick=${() => setAdding(true)}>New user</${ActionButton}>
    </header>
    <${Loaded} resource=${users}>${(data) => data.length
      ? html`<table class="listing">
          <thead><tr><th scope="col">Name</th><th scope="col">E-mail</th><th scope="col">Organization</th><th scope="col">Open</th><th scope="col">Closed</th></tr></thead>
          <tbody>${data.map((each) => html`<tr key=${each.id}>
            <td data-label="Name"><a href=${href(`/users/${each.id}`)} dir="auto">${each.name}</a></td>
            <td data-label="E-mail">${each.email}</td>
            <td data-label="Organization" dir="auto">${each.organization?.name ?? "–"}</td>
            <td data-label="Open">${each.ticket_counts.open}</td>
            <td data-label="Closed">${each.ticket_counts.closed}</td>
          </tr>`)}</tbody>
        </table>`
      : html`<${Empty}>Nobody found.</${Empty}>`}</${Loaded}>
    <${Pager} meta=${users.meta} page=${page} onPage=${setPage} />
    ${isAdding && html`<${NewUser} onClose=${() => setAdding(false)} />`}
  </div>`;
}

function NewUser({ onClose }) {
  const { api } = useApp();
  const create = async ({ name, email }, custom_fields) => {
    const { data } = await api.postOnce("/users", { name, email, custom_fields });
    go(`/users/${data.id}`);
  };
  return html`<${NewDialog} title="New user" path="/users" create=${create} onClose=${onClose}>${(errors) => html`
    <${Field} label="Name" name="name" required error=${errors.name} />
    <${Field} label="E-mail" name="email" type="email" required error=${errors.email} />`}
  </${NewDialog}>`;
}
