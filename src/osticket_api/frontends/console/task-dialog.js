/** What a task is called, and until when it is to be done. */
import { html } from "../vendor/preact-htm.js";
import { useApi } from "../shared/context.js";
import { FormDialog } from "../shared/dialog.js";
import { Field, localMoment } from "../shared/form.js";
import { useLimits } from "../shared/limits.js";
import { useAction } from "../shared/resource.js";

export function TaskDialog({ task, onChanged, onClose }) {
  const api = useApi();
  const limits = useLimits("task", task.department?.id);
  const due = task.due_at ? localMoment(task.due_at) : "";
  const save = useAction(async ({ title = task.title, due_at = due }) => {
    const changes = { ...(title !== task.title && { title }), ...(due_at !== due && { due_at: due_at ? new Date(due_at).toISOString() : null }) };
    if (Object.keys(changes).length) await api.patch(`/tasks/${task.id}`, changes); // The API refuses one value that is as it was.
    await onChanged();
  });
  const errors = save.error?.byField ?? {};
  if (!limits.isKnown) return null;
  return html`<${FormDialog} title="Change the task" submit="Save" action=${save} onClose=${onClose}>
    <${Field} label="Title" name="title" required maxlength="255" isFrozen=${limits.freezes("title")} value=${task.title} error=${errors.title} />
    ${task.due_at !== undefined && html`<${Field} label="Due" name="due_at" type="datetime-local" isFrozen=${limits.freezes("due_at")} value=${due} error=${errors.due_at} />`}
  </${FormDialog}>`;
}
