/** The answers to the forms of the ticket's topic. */
import { html, useState } from "../vendor/preact-htm.js";
import { useApi } from "../shared/context.js";
import { FileLink } from "../shared/attachments.js";
import { FormDialog } from "../shared/dialog.js";
import { ownFields, SchemaField, useValues } from "../shared/form.js";
import { useLimits } from "../shared/limits.js";
import { useAction, useResource } from "../shared/resource.js";
import { isFiles, shown } from "./values.js";

export function CustomFields({ ticket, onChanged }) {
  const [isEditing, setEditing] = useState(false);
  const given = (ticket.named_fields ?? []).filter(({ name }) => name !== "priority");
  if (!given.length) return null;
  return html`<section>
    <h2>Fields ${ticket.allowed.edit && ticket.topic && html`<button type="button" class="quiet end" onClick=${() => setEditing(true)}>Change</button>`}</h2>
    <dl>${given.map(({ label, value }) => html`<dt dir="auto">${label}</dt><dd dir="auto">${isFiles(value) ? value.map((file) => html`<${FileLink} file=${file} />`) : shown(value)}</dd>`)}</dl>
    ${isEditing && html`<${FieldsDialog} ticket=${ticket} onChanged=${onChanged} onClose=${() => setEditing(false)} />`}
  </section>`;
}

function FieldsDialog({ ticket, onChanged, onClose }) {
  const api = useApi();
  const form = useResource(`/topics/${ticket.topic.id}/form`);
  const [changes, change] = useValues({});
  const limits = useLimits("ticket", ticket.department?.id);
  const shownFields = ownFields(form.data).filter(([name]) => limits.isKnown && !limits.hides(`custom_fields.${name}`));
  const save = useAction(async () => {
    await api.patch(`/tickets/${ticket.id}`, { custom_fields: changes });
    await onChanged();
  });
  const errors = save.error?.byField ?? {};
  return html`<${FormDialog} title="Fields" submit="Save" action=${save} onClose=${onClose}>
    ${shownFields.map(
      ([name, schema]) => html`<${SchemaField} key=${name} name=${name} schema=${schema} isFrozen=${limits.freezes(`custom_fields.${name}`)} error=${errors[`custom_fields.${name}`]} value=${name in changes ? changes[name] : idOf(ticket.custom_fields[name])} onChange=${(value) => change({ [name]: value })} />`,
    )}
  </${FormDialog}>`;
}

/** The value as the form takes it: what has an id or a key is named by that. */
function idOf(value) {
  if (Array.isArray(value)) return value.map(idOf);
  return value !== null && typeof value === "object" ? (value.id ?? value.key ?? value.value) : value;
}
