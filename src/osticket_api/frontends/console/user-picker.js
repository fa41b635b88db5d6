/** Whose ticket it is: somebody known, found by name or address, or somebody new, of whom the contact form asks more. */
import { html } from "../vendor/preact-htm.js";
import { may } from "../shared/allowed.js";
import { useApp } from "../shared/context.js";
import { Field, useValues } from "../shared/form.js";
import { useResource, useRested } from "../shared/resource.js";
import { askedFor, SchemaFields } from "../shared/schema-fields.js";

export const KNOWN_ONLY = "Of somebody whom the help desk knows: you may not add others.";
const ADDRESS = /^\S+@\S+$/;

/** `contact` is what the form asks of somebody new, else null; `told` is what was answered. */
export function useUser(begun) {
  const [user, change] = useValues({ email: "", name: "", ...begun });
  const [told, tell] = useValues({});
  const { me } = useApp();
  const words = useRested(user.email.trim());
  const found = useResource(words.length > 1 && may(me, "read_directory") ? "/users" : null, { q: words, per_page: 8, fields: "id,name,email,emails" });
  const known = found.data ?? [];
  const person = known.find((each) => each.emails.some(({ email }) => email.toLowerCase() === words.toLowerCase()));
  const isNew = may(me, "create_user") && ADDRESS.test(words) && !found.isLoading && !person;
  const contact = useResource(isNew ? "/users/form" : null).data ?? null;
  const { email, name } = { ...user, ...(person && { name: person.name }) };
  return { email, name, change, told, tell, known, contact, given: { email, name: user.name || null }, beside: { user_fields: contact ? askedFor(contact, told) : {} } }; // Whether somebody is known may become known between two tries.
}

export function UserPicker({ user, errors }) {
  const { me } = useApp();
  const set = ({ target }) => user.change({ [target.name]: target.value });
  return html`<div class="columns">
      <${Field} label="E-mail of the user" name="email" type="email" required hint=${!may(me, "create_user") && KNOWN_ONLY} list="known-users" autocomplete="off" error=${errors.email} value=${user.email} onInput=${set} />
      <${Field} label="Name" name="name" error=${errors.name} value=${user.name} onInput=${set} />
      <datalist id="known-users">${user.known.map((each) => html`<option value=${each.email}>${each.name}</option>`)}</datalist>
    </div>
    <${SchemaFields} form=${user.contact} values=${user.told} change=${user.tell} errors=${errors} under="user_fields" />`;
}
