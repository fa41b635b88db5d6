/** To whom a ticket is shown besides those who see it anyway. */
import { html, useState } from "../vendor/preact-htm.js";
import { FormDialog } from "../shared/dialog.js";
import { paragraphs } from "../shared/editor.js";
import { Field, Select } from "../shared/form.js";
import { useAction, useResource } from "../shared/resource.js";
import { CommentField } from "./comment-field.js";

const KINDS = { staff: ["An agent", "/staff"], team: ["A team", "/teams"], department: ["A department", "/departments"] };

export function ReferDialog({ act, onClose }) {
  const [kind, setKind] = useState("staff");
  const found = useResource(KINDS[kind][1], { per_page: 100 });
  const refer = useAction(({ to, comment }) => act("refer", { [`${kind}_id`]: Number(to), comment: comment ? paragraphs(comment) : null }));
  const options = (found.data ?? []).map((each) => [each.id, each.full_name ?? each.name]);
  return html`<${FormDialog} title="Refer" submit="Refer" action=${refer} onClose=${onClose}>
    <${Field} label="Kind" name="kind">${(attributes) =>
      html`<${Select} ...${attributes} options=${Object.entries(KINDS).map(([name, [title]]) => [name, title])} value=${kind} onChange=${(event) => setKind(event.target.value)} />`}</${Field}>
    <${Field} label="To" name="to" required>${(attributes) => html`<${Select} key=${kind} ...${attributes} empty="" options=${options} />`}</${Field}>
    <${CommentField} />
  </${FormDialog}>`;
}
