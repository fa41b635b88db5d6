/** A dialog for a new user, organization or task: fields of its own, and those of the help desk's form. */
import { html } from "../vendor/preact-htm.js";
import { FormDialog } from "../shared/dialog.js";
import { ownFields, useValues } from "../shared/form.js";
import { useAction, useResource } from "../shared/resource.js";
import { SchemaFields } from "../shared/schema-fields.js";

/** `path` leads to the collection. `create` gets what was filled in, `children` the errors by field. */
export function NewDialog({ title, path, query, create, children, onClose }) {
  const form = useResource(`${path}/form`, query);
  const [answers, answer] = useValues({});
  const add = useAction((data) => create(data, answers));
  const errors = add.error?.byField ?? {};
  if (form.isLoading) return null;
  const settable = ownFields(form.data).filter(([, schema]) => !schema.readOnly);
  return html`<${FormDialog} title=${title} submit="Add" action=${add} onClose=${onClose}>
    ${children(errors)}
    <${SchemaFields} form=${{ ...form.data, properties: Object.fromEntries(settable) }} values=${answers} change=${answer} errors=${errors} />
  </${FormDialog}>`;
}
