/** What has to be done for a ticket. */
import { html, useState } from "../vendor/preact-htm.js";
import { useApi } from "../shared/context.js";
import { FormDialog } from "../shared/dialog.js";
import { paragraphs } from "../shared/editor.js";
import { Field } from "../shared/form.js";
import { useAction, useQuiet, useResource } from "../shared/resource.js";
import { Icon } from "../shared/widgets.js";
import { TaskRow } from "./tasks.js";

export function TicketTasks({ ticket }) {
  const api = useApi();
  const [isAdding, setAdding] = useState(false);
  const tasks = useResource(useQuiet() && ticket.task_count > 0 ? `/tickets/${ticket.id}/tasks` : null);
  const add = useAction(async ({ title, description }) => {
    await api.postOnce("/tasks", { title, description: paragraphs(description || title), department_id: ticket.department.id, ticket_id: ticket.id });
    await tasks.reload();
  });
  return html`<section>
    <h2>Tasks ${ticket.department && html`<button type="button" class="quiet end" aria-label="Add a task" onClick=${() => setAdding(true)}><${Icon} name="plus" /></button>`}</h2>
    <ul class="plain">${(tasks.data ?? []).map((each) => html`<${TaskRow} key=${each.id} task=${each} onChanged=${tasks.reload} />`)}</ul>
    ${isAdding && html`<${FormDialog} title="Add a task" submit="Add" action=${add} onClose=${() => setAdding(false)}>
      <${Field} label="Title" name="title" required />
      <${Field} label="Description" name="description">${(attributes) => html`<textarea rows="3" dir="auto" ...${attributes}></textarea>`}</${Field}>
    </${FormDialog}>`}
  </section>`;
}
