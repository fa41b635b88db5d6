/** Another status: closed, or open again. */
import { html } from "../vendor/preact-htm.js";
import { FormDialog } from "../shared/dialog.js";
import { paragraphs } from "../shared/editor.js";
import { Field, Select } from "../shared/form.js";
import { useAction } from "../shared/resource.js";
import { CommentField } from "./comment-field.js";
import { useStatuses } from "./statuses.js";

export function StatusDialog({ act, ticket, tickets = ticket, onClose }) {
  const options = useStatuses(tickets);
  const change = useAction(({ status, comment }) => act("status", { status_id: Number(status), comment: comment ? paragraphs(comment) : null }));
  return html`<${FormDialog} title="Change the status" submit="Change" action=${change} onClose=${onClose}>
    <${Field} label="Status" name="status" required>${(attributes) => html`<${Select} ...${attributes} empty="" options=${options} />`}</${Field}>
    <${CommentField} />
  </${FormDialog}>`;
}
