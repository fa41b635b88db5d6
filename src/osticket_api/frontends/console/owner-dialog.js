/** Whose ticket it is from now on. */
import { html, useState } from "../vendor/preact-htm.js";
import { FormDialog } from "../shared/dialog.js";
import { Field } from "../shared/form.js";
import { useAction, useResource, useRested } from "../shared/resource.js";
import { Empty, Loaded } from "../shared/widgets.js";

export function OwnerDialog({ act, onClose }) {
  const [words, setWords] = useState("");
  const users = useResource("/users", { q: useRested(words.trim()), per_page: 10, fields: "id,name,email" });
  const change = useAction(({ user }) => {
    if (!user) throw new Error("Choose a user.");
    return act("owner", { user_id: Number(user) });
  });
  return html`<${FormDialog} title="Change the owner" submit="Change" action=${change} onClose=${onClose}>
    <${Field} label="Find" name="find" type="search" autocomplete="off" value=${words} onInput=${(event) => setWords(event.target.value)} />
    <fieldset class="choices" tabindex="-1">
      <legend>User</legend>
      <${Loaded} resource=${users}>${(data) => data.length
        ? data.map((each) => html`<label class="check" key=${each.id}><input type="radio" name="user" value=${each.id} /> <span dir="auto">${each.name}</span> <small>${each.email}</small></label>`)
        : html`<${Empty}>Nobody found.</${Empty}>`}</${Loaded}>
    </fieldset>
  </${FormDialog}>`;
}
