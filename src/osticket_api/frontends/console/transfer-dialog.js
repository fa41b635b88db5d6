/** To which department. */
import { html } from "../vendor/preact-htm.js";
import { FormDialog } from "../shared/dialog.js";
import { paragraphs } from "../shared/editor.js";
import { Field, Select } from "../shared/form.js";
import { useAction, useResource } from "../shared/resource.js";
import { CommentField } from "./comment-field.js";

export function TransferDialog({ act, ticket, onClose }) {
  const departments = useResource("/departments", { per_page: 100 });
  const transfer = useAction(({ department, comment }) =>
    act("transfer", { department_id: Number(department), comment: comment ? paragraphs(comment) : null }),
  );
  const others = (departments.data ?? []).filter((each) => each.is_active !== false && each.id !== ticket?.department?.id);
  return html`<${FormDialog} title="Transfer" submit="Transfer" action=${transfer} onClose=${onClose}>
    <${Field} label="Department" name="department" required>${(attributes) =>
      html`<${Select} ...${attributes} empty="" options=${others.map((each) => [each.id, each.full_name ?? each.name])} />`}</${Field}>
    <${CommentField} />
  </${FormDialog}>`;
}
