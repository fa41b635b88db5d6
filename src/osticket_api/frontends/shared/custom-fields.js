/** What a ticket, a task, a user or an organization has answered to its forms, and a dialog that changes it. */
import { html, useState } from "../vendor/preact-htm.js";
import { Answers } from "./answers.js";
import { useApi } from "./context.js";
import { FormDialog } from "./dialog.js";
import { ownFields, useValues } from "./form.js";
import { useAction, useQuiet, useResource } from "./resource.js";
import { SchemaFields } from "./schema-fields.js";

/** `path` leads to `thing`, which has `named_fields`. `beside` names the answers that the page shows elsewhere. */
export function CustomFields({ path, thing, mayChange, beside = [], onChanged, kind }) {
  const [isEditing, setEditing] = useState(false);
  const isQuiet = useQuiet();
  const form = useResource(mayChange && isQuiet ? `${path}/form` : null).data;
  const asked = ownFields(form).filter(([name]) => !beside.includes(name));
  const answered = thing.named_fields ?? [];
  const fields = [...answered, ...asked.filter(([name]) => !answered.some((each) => each.name === name)).map(unanswered)];
  if (!fields.length) return null;
  const isOpen = asked.some(([, schema]) => !schema.readOnly);
  return html`<section class=${kind}>
    <h2>Fields ${isOpen && html`<button type="button" class="quiet end" aria-label="Change the fields" onClick=${() => setEditing(true)}>Change</button>`}</h2>
    <${Answers} fields=${fields} />
    ${isEditing && html`<${FieldsDialog} path=${path} form=${{ ...form, properties: Object.fromEntries(asked) }} values=${valuesOf(answered)} onChanged=${onChanged} onClose=${() => setEditing(false)} />`}
  </section>`;
}

/** What a form begins with. */
export const valuesOf = (named) => Object.fromEntries((named ?? []).map(({ name, value, text }) => [name, text ?? value]));

/** A field that came into the form later. */
const unanswered = ([name, schema]) => ({ name, label: schema.title, type: schema["x-type"], value: null });

function FieldsDialog({ path, form, values, onChanged, onClose }) {
  const api = useApi();
  const [changes, change] = useValues({});
  const save = useAction(async () => {
    await api.patch(path, { custom_fields: changes });
    await onChanged();
  });
  return html`<${FormDialog} title="Change the fields" submit="Save" action=${save} onClose=${onClose}>
    <${SchemaFields} form=${form} values=${{ ...values, ...changes }} change=${change} errors=${save.error?.byField ?? {}} />
  </${FormDialog}>`;
}
