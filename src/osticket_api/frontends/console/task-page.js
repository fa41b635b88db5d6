/** One task: what was said and done, and a note. */
import { html, useState } from "../vendor/preact-htm.js";
import { ActionButton, may } from "../shared/allowed.js";
import { useApi } from "../shared/context.js";
import { CustomFields } from "../shared/custom-fields.js";
import { Editor } from "../shared/editor.js";
import { FileZone, useFiles } from "../shared/files.js";
import { useLive } from "../shared/live.js";
import { useAction, useResource } from "../shared/resource.js";
import { go, href, useTitle } from "../shared/router.js";
import { toast } from "../shared/toasts.js";
import { Loaded, Moment, Problem } from "../shared/widgets.js";
import { AssignDialog } from "./assign-dialog.js";
import { DeleteDialog } from "./delete-dialog.js";
import { TaskDialog } from "./task-dialog.js";
import { Timeline, useTimeline } from "./timeline.js";
import { TransferDialog } from "./transfer-dialog.js";

export function TaskPage({ id }) {
  const api = useApi();
  const task = useResource(`/tasks/${id}`, { include: "allowed,custom_fields", urls: "signed" });
  const timeline = useTimeline(`/tasks/${id}/timeline`);
  const [dialog, setDialog] = useState(null);
  const reload = () => Promise.all([task.reload(), timeline.reload()]);
  useLive((event) => event.subject?.kind === "task" && event.subject.id === Number(id), reload);
  useTitle(task.data?.title);
  const act = async (action, body) => {
    if (action === "delete") {
      await api.delete(`/tasks/${id}`);
      toast("The task is deleted.");
      go("/tasks");
      return;
    }
    await api.postOnce(`/tasks/${id}/${action}`, body);
    await reload();
  };
  const now = useAction(act);
  const button = (to, label, does = () => setDialog(to)) => html`<${ActionButton} of=${task.data} to=${to} onClick=${does}>${label}</${ActionButton}>`;
  return html`<${Loaded} resource=${task}>${(data) => html`<article class="page">
    <header class="page-head">
      <h1 dir="auto">${data.title}</h1>
      ${button("edit", "Change")} ${button("transfer", "Transfer")} ${button("delete", "Delete")} ${button("assign", "Assign")}
      ${data.status === "open" && button("close", "Close", () => now.run("status", { status: "closed" }))}
      ${data.status === "closed" && button("reopen", "Reopen", () => now.run("status", { status: "open" }))}
    </header>
    <p class="faint">
      #${data.number}${data.status && ` · ${data.status}`}${data.staff !== undefined && html` · <span dir="auto">${data.staff?.name ?? data.team?.name ?? "nobody"}</span>`}
      ${data.due_at && html` · due <${Moment} at=${data.due_at} />`}
      ${data.ticket && html` · <a href=${href(`/tickets/${data.ticket.id}`)}>Ticket #${data.ticket.number}</a>`}
    </p>
    <${Problem} error=${now.error} />
    <${CustomFields} kind="card" path=${`/tasks/${id}`} thing=${data} mayChange=${may(data, "edit")} onChanged=${reload} />
    <${Timeline} timeline=${timeline} onChanged=${reload} />
    ${may(data, "note") && html`<${NoteForm} act=${act} />`}
    ${dialog === "assign" && html`<${AssignDialog} act=${act} onClose=${() => setDialog(null)} />`}
    ${dialog === "transfer" && html`<${TransferDialog} act=${act} ticket=${data} onClose=${() => setDialog(null)} />`}
    ${dialog === "delete" && html`<${DeleteDialog} act=${act} kind="task" onClose=${() => setDialog(null)} />`}
    ${dialog === "edit" && html`<${TaskDialog} task=${data} onChanged=${reload} onClose=${() => setDialog(null)} />`}
  </article>`}</${Loaded}>`;
}

function NoteForm({ act }) {
  const [body, setBody] = useState("");
  const chosen = useFiles();
  const send = useAction(async () => {
    await act("note", { body, attachments: chosen.attachments });
    setBody("");
    chosen.clear();
  });
  const submit = () => body && !chosen.isBusy && send.run();
  return html`<section class="composer" data-kind="note" aria-label="Note">
    <${FileZone} chosen=${chosen}><${Editor} label="Internal note" placeholder="Only agents see this" value=${body} onChange=${setBody} onFiles=${chosen.add} onSubmit=${submit} /></${FileZone}>
    <${Problem} error=${send.error} />
    <div class="buttons"><button type="button" class="primary" disabled=${!body || chosen.isBusy || send.isRunning} onClick=${submit}>Add the note</button></div>
  </section>`;
}
