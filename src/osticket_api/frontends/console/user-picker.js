/** Whose ticket it is: somebody known, found by name or address, or somebody new. */
import { html } from "../vendor/preact-htm.js";
import { Field } from "../shared/form.js";
import { useResource, useRested } from "../shared/resource.js";

export function UserPicker({ email, name, errors, onChange }) {
  const words = useRested(email.trim());
  const found = useResource(words.length > 1 ? "/users" : null, { q: words, per_page: 8, fields: "id,name,email" });
  const known = found.data ?? [];
  const typed = (event) => {
    const value = event.target.value;
    const person = known.find((each) => each.email === value);
    onChange(person ? { email: value, name: person.name } : { email: value });
  };
  return html`<div class="columns">
    <${Field} label="E-mail of the user" name="email" type="email" required list="known-users" autocomplete="off" error=${errors.email} value=${email} onInput=${typed} />
    <${Field} label="Name" name="name" error=${errors.name} value=${name} onInput=${(event) => onChange({ name: event.target.value })} />
    <datalist id="known-users">${known.map((each) => html`<option value=${each.email}>${each.name}</option>`)}</datalist>
  </div>`;
}
