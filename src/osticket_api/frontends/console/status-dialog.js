/** Another status: closed, or open again. */
import { html } from "../vendor/preact-htm.js";
import { FormDialog } from "../shared/dialog.js";
import { paragraphs } from "../shared/editor.js";
import { Field, Select } from "../shared/form.js";
import { useAction, useResource } from "../shared/resource.js";
import { CommentField } from "./comment-field.js";

export function StatusDialog({ act, ticket, onClose }) {
  const statuses = useResource("/statuses", { per_page: 100 });
  const change = useAction(({ status, comment }) => act("status", { status_id: Number(status), comment: comment ? paragraphs(comment) : null }));
  const others = (statuses.data ?? []).filter((each) => each.is_active && ["open", "closed"].includes(each.state) && each.id !== ticket?.status?.id);
  return html`<${FormDialog} title="Change the status" submit="Change" action=${change} onClose=${onClose}>
    <${Field} label="Status" name="status" required>${(attributes) => html`<${Select} ...${attributes} empty="" options=${others.map((each) => [each.id, each.name])} />`}</${Field}>
    <${CommentField} />
  </${FormDialog}>`;
}
