/** One user, with notes and tickets. */
import { html, useState } from "../vendor/preact-htm.js";
import { ActionButton, may } from "../shared/allowed.js";
import { useApi, useApp } from "../shared/context.js";
import { CustomFields } from "../shared/custom-fields.js";
import { FormDialog } from "../shared/dialog.js";
import { Facts } from "../shared/facts.js";
import { day } from "../shared/format.js";
import { Field } from "../shared/form.js";
import { useLimits } from "../shared/limits.js";
import { useAction, useResource } from "../shared/resource.js";
import { href, useTitle } from "../shared/router.js";
import { Badge, Loaded } from "../shared/widgets.js";
import { Notes } from "./notes.js";
import { TicketsOf } from "./tickets-of.js";

export function UserPage({ id }) {
  const { me } = useApp();
  const user = useResource(`/users/${id}`, { include: "custom_fields", urls: "signed" });
  const [isEditing, setEditing] = useState(false);
  useTitle(user.data?.name);
  return html`<${Loaded} resource=${user}>${(data) => html`<div class="page">
    <header class="page-head">
      <h1 dir="auto">${data.name}</h1>
      <${ActionButton} of=${me} to="edit_users" onClick=${() => setEditing(true)}>Change</${ActionButton}>
      <${ActionButton} of=${me} to="create_ticket" href=${href("/tickets/new", { email: data.email, name: data.name })}>New ticket</${ActionButton}>
    </header>
    <section class="card">
      <${Facts} rows=${factsOf(data)} />
    </section>
    <${CustomFields} kind="card" path=${`/users/${id}`} thing=${data} beside=${["phone"]} mayChange=${may(me, "edit_users")} onChanged=${user.reload} />
    <${Notes} path=${`/users/${id}/notes`} />
    <${TicketsOf} path=${`/users/${id}/tickets`} />
    ${isEditing && html`<${EditUser} user=${data} onChanged=${user.reload} onClose=${() => setEditing(false)} />`}
  </div>`}</${Loaded}>`;
}

const factsOf = (user) => [
  ["E-mail", user.emails?.map((each) => each.email).join(", ")],
  ["Phone", user.phone_text],
  ["Organization", user.organization && html`<a href=${href(`/organizations/${user.organization.id}`)}>${user.organization.name}</a>`],
  ["Account", user.is_registered === undefined ? undefined : html`${user.is_registered ? "Registered" : "Guest"} ${user.is_locked && html`<${Badge} kind="overdue">Locked</${Badge}>`}`],
  ["Since", user.created_at && day(user.created_at)],
];

function EditUser({ user, onChanged, onClose }) {
  const api = useApi();
  const limits = useLimits("user");
  const form = useResource(`/users/${user.id}/form`);
  const phone = form.data?.properties.phone; // As the help desk's form has it, if it asks for one.
  const save = useAction(async ({ name, email, phone }) => {
    await api.patch(`/users/${user.id}`, { name, email, phone: phone === "" ? null : phone }); // What is frozen or hidden is not sent.
    await onChanged();
  });
  const errors = save.error?.byField ?? {};
  if (!limits.isKnown || form.isLoading) return null;
  return html`<${FormDialog} title="Change the user" submit="Save" action=${save} onClose=${onClose}>
    <${Field} label="Name" name="name" required isFrozen=${limits.freezes("name")} value=${user.name} error=${errors.name} />
    ${user.email !== undefined && html`<${Field} label="E-mail" name="email" type="email" required isFrozen=${limits.freezes("email")} value=${user.email} error=${errors.email} />`}
    ${phone && html`<${Field} label=${phone.title} hint=${phone.description} name="phone" type="tel" isFrozen=${phone.readOnly} value=${user.phone_text ?? ""} error=${errors.phone ?? errors["custom_fields.phone"]} />`}
  </${FormDialog}>`;
}
