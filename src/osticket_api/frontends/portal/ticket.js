/** One ticket as its user sees it: the conversation, and an answer. */
import { html } from "../vendor/preact-htm.js";
import { ActionButton, may } from "../shared/allowed.js";
import { Attachments } from "../shared/attachments.js";
import { BodyFrame } from "../shared/body-frame.js";
import { useApp } from "../shared/context.js";
import { CustomFields } from "../shared/custom-fields.js";
import { Editor } from "../shared/editor.js";
import { FileZone, useFiles } from "../shared/files.js";
import { useKept } from "../shared/kept.js";
import { changesTicket, useLive } from "../shared/live.js";
import { PrintLinks } from "../shared/print-links.js";
import { useAction, useResource } from "../shared/resource.js";
import { toast } from "../shared/toasts.js";
import { Avatar, Badge, Loaded, Moment, Problem } from "../shared/widgets.js";

export function Ticket({ id }) {
  const { api } = useApp();
  const ticket = useResource(`/tickets/${id}`, { include: "thread,allowed,custom_fields", urls: "signed" });
  useLive((event) => event.ticket_id === Number(id) && changesTicket(event), ticket.reload, api.isOwn);
  const reopen = useAction(async () => {
    const { data } = await api.get("/statuses", { per_page: 100 });
    await api.patch(`/tickets/${id}`, { status_id: data.find((each) => each.state === "open").id });
    await ticket.reload();
  });
  return html`<${Loaded} resource=${ticket}>${(data) => html`<article class="page">
    <header class="page-head">
      <h1 dir="auto">${data.subject}</h1>
      ${data.status && html`<${Badge} kind=${data.status.state}>${data.status.name}</${Badge}>`}
      <${ActionButton} of=${data} to="reopen" disabled=${reopen.isRunning} onClick=${reopen.run}>Reopen</${ActionButton}>
      <${PrintLinks} ticket=${data} reload=${ticket.reload} />
    </header>
    <p class="faint">#${data.number} · <span dir="auto">${data.topic?.name ?? data.department?.name}</span> · <${Moment} at=${data.created_at} /></p>
    <${Problem} error=${reopen.error} />
    <${CustomFields} kind="card" path=${`/tickets/${id}`} thing=${data} mayChange=${may(data, "edit")} onChanged=${ticket.reload} />
    <ol class="conversation">${data.thread.map((entry) => html`<li key=${entry.id}><${Entry} entry=${entry} /></li>`)}</ol>
    <${Answer} ticket=${data} onSent=${ticket.reload} />
  </article>`}</${Loaded}>`;
}

function Entry({ entry }) {
  const name = entry.poster ?? entry.user?.name ?? "Help desk";
  const kind = entry.type === "response" ? "Reply" : "Message";
  return html`<article class="card entry" data-type=${entry.type} aria-label=${`${kind} from ${name}`}>
    <header><${Avatar} name=${name} /> <strong dir="auto">${name}</strong> <${Moment} at=${entry.created_at} /></header>
    <${BodyFrame} body=${entry.body} title=${`${kind} from ${name}`} />
    <${Attachments} attachments=${entry.attachments} />
  </article>`;
}

function Answer({ ticket, onSent }) {
  const { api } = useApp();
  const [body, change, forget] = useKept(`message:${ticket.id}`, "");
  const setBody = (text) => change(() => text);
  const chosen = useFiles();
  const send = useAction(async () => {
    await api.postOnce(`/tickets/${ticket.id}/message`, { body, attachments: chosen.attachments });
    setBody("");
    forget();
    chosen.clear();
    toast("Your message is sent.");
    await onSent();
  });
  if (!may(ticket, "message")) return null;
  const submit = () => body && !chosen.isBusy && send.run();
  return html`<section class="card stack" aria-label="Answer">
    <${FileZone} chosen=${chosen}>
      <${Editor} label="Message" placeholder=${may(ticket, "reopen") ? "Writing opens the ticket again" : "Write to us"} value=${body} onChange=${setBody} onFiles=${chosen.add} onSubmit=${submit} />
    </${FileZone}>
    <${Problem} error=${send.error} />
    <div class="buttons"><button type="button" class="primary" disabled=${!body || chosen.isBusy || send.isRunning} onClick=${submit}>Send</button></div>
  </section>`;
}
