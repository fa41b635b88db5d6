/** Tasks, alone and of tickets. */
import { html, useState } from "../vendor/preact-htm.js";
import { may } from "../shared/allowed.js";
import { useApi } from "../shared/context.js";
import { Select } from "../shared/form.js";
import { useLimits } from "../shared/limits.js";
import { useLive } from "../shared/live.js";
import { useAction, useResource } from "../shared/resource.js";
import { href, useTitle } from "../shared/router.js";
import { Badge, Empty, Loaded, Moment, Pager, Problem } from "../shared/widgets.js";

export function Tasks() {
  const [status, setStatus] = useState("open");
  const [page, setPage] = useState(1);
  const limits = useLimits("task");
  const isNarrowable = !limits.hides("status");
  const tasks = useResource(limits.isKnown ? "/tasks" : null, { status: isNarrowable ? status : undefined, page, per_page: 25, include: "allowed" });
  useLive((event) => event.type.startsWith("task."), tasks.reload);
  useTitle("Tasks");
  return html`<div class="page">
    <header class="page-head">
      <h1>Tasks</h1>
      ${isNarrowable && html`<${Select} aria-label="State" options=${[["open", "Open"], ["closed", "Closed"]]} value=${status} onChange=${(event) => (setStatus(event.target.value), setPage(1))} />`}
    </header>
    <${Loaded} resource=${tasks}>${(data) => data.length
      ? html`<ul class="plain rows">${data.map((each) => html`<${TaskRow} key=${each.id} task=${each} onChanged=${tasks.reload} isWide />`)}</ul>`
      : html`<${Empty}>No tasks here.</${Empty}>`}</${Loaded}>
    <${Pager} meta=${tasks.meta} page=${page} onPage=${setPage} />
  </div>`;
}

/** Whoever may open a task may write a note there. */
export function TaskRow({ task, onChanged, isWide }) {
  const api = useApi();
  const isClosed = task.status === "closed";
  const turn = useAction(async () => {
    await api.post(`/tasks/${task.id}/status`, { status: isClosed ? "open" : "closed" });
    await onChanged();
  });
  return html`<li class="task">
    ${task.status && html`<label class="check"><input type="checkbox" checked=${isClosed} disabled=${turn.isRunning || !may(task, isClosed ? "reopen" : "close")} aria-label=${`${task.title}: done`} onChange=${turn.run} /></label>`}
    ${may(task, "note") ? html`<a class="task-title" href=${href(`/tasks/${task.id}`)} dir="auto">${task.title}</a>` : html`<span class="task-title" dir="auto">${task.title}</span>`}
    <small>
      ${task.is_overdue && html`<${Badge} kind="overdue">Overdue</${Badge}>`} ${task.staff?.name ?? task.team?.name ?? ""}
      ${isWide && html` ${task.ticket && html`<a href=${href(`/tickets/${task.ticket.id}`)}>#${task.ticket.number}</a>`} <${Moment} at=${task.created_at} />`}
    </small>
    <${Problem} error=${turn.error} />
  </li>`;
}
