/** What has to be done for a ticket. */
import { html, useState } from "../vendor/preact-htm.js";
import { ActionButton } from "../shared/allowed.js";
import { useApi } from "../shared/context.js";
import { paragraphs } from "../shared/editor.js";
import { Field } from "../shared/form.js";
import { useQuiet, useResource } from "../shared/resource.js";
import { Icon } from "../shared/widgets.js";
import { NewDialog } from "./new-dialog.js";
import { TaskRow } from "./tasks.js";

export function TicketTasks({ ticket, onChanged }) {
  const api = useApi();
  const [isAdding, setAdding] = useState(false);
  const tasks = useResource(useQuiet() && ticket.task_count > 0 ? `/tickets/${ticket.id}/tasks` : null, { include: "allowed" });
  const create = async ({ title, description }, custom_fields) => {
    await api.postOnce("/tasks", { title, description: paragraphs(description || title), department_id: ticket.department.id, ticket_id: ticket.id, custom_fields });
    await Promise.all([tasks.reload(), onChanged()]); // The ticket says whether there are any to ask for.
  };
  return html`<section>
    <h2>Tasks ${ticket.department && html`<${ActionButton} of=${ticket} to="create_task" class="quiet end" aria-label="Add a task" onClick=${() => setAdding(true)}><${Icon} name="plus" /></${ActionButton}>`}</h2>
    <ul class="plain">${(tasks.data ?? []).map((each) => html`<${TaskRow} key=${each.id} task=${each} onChanged=${tasks.reload} />`)}</ul>
    ${isAdding && html`<${NewDialog} title="Add a task" path="/tasks" query=${{ department_id: ticket.department.id }} create=${create} onClose=${() => setAdding(false)}>${(errors) => html`
      <${Field} label="Title" name="title" required error=${errors.title} />
      <${Field} label="Description" name="description" error=${errors.description}>${(attributes) => html`<textarea rows="3" dir="auto" ...${attributes}></textarea>`}</${Field}>`}
    </${NewDialog}>`}
  </section>`;
}
