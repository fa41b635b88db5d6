/** A message, a reply or a note. */
import { html, useRef, useState } from "../vendor/preact-htm.js";
import { Attachments } from "../shared/attachments.js";
import { BodyFrame } from "../shared/body-frame.js";
import { may } from "../shared/allowed.js";
import { useApi, useApp } from "../shared/context.js";
import { Dialog } from "../shared/dialog.js";
import { Editor } from "../shared/editor.js";
import { useAction } from "../shared/resource.js";
import { Avatar, Badge, Moment, Problem } from "../shared/widgets.js";

const KINDS = { message: "Message", response: "Reply", note: "Note" };

export function Entry({ ticket, entry, onChanged }) {
  const { me } = useApp();
  const [isEditing, setEditing] = useState(false);
  const isOfAgent = entry.type !== "message" && entry.staff && !entry.is_system;
  const canEdit = ticket && isOfAgent && (entry.staff.id === me?.id || may(ticket, "edit_entries")); // Of tasks no entry can be edited.
  const name = entry.poster ?? entry.staff?.name ?? entry.user?.name ?? "System";
  return html`<article class="entry" data-type=${entry.type} aria-label=${`${KINDS[entry.type]} from ${name}`}>
    <header>
      <${Avatar} name=${name} />
      <strong dir="auto">${name}</strong>
      <${Badge} kind=${entry.type}>${KINDS[entry.type]}</${Badge}>
      <${Moment} at=${entry.created_at} />
      ${entry.is_edited && html`<small>edited</small>`}
      ${canEdit && html`<button type="button" class="quiet end" onClick=${() => setEditing(true)}>Edit</button>`}
    </header>
    ${entry.title && entry.type === "note" && html`<h3 dir="auto">${entry.title}</h3>`}
    <${BodyFrame} body=${entry.body} title=${`${KINDS[entry.type]} from ${name}`} />
    <${Attachments} attachments=${entry.attachments} />
    ${isEditing && html`<${EditDialog} ticket=${ticket} entry=${entry} onClose=${() => setEditing(false)} onChanged=${onChanged} />`}
  </article>`;
}

function EditDialog({ ticket, entry, onClose, onChanged }) {
  const api = useApi();
  const [body, setBody] = useState(entry.body);
  const editor = useRef();
  const save = useAction(async () => {
    await api.patch(`/tickets/${ticket.id}/thread/${entry.id}`, { body });
    await onChanged();
    onClose();
  });
  return html`<${Dialog} wide title="Edit the entry" onClose=${onClose}>
    <div class="stack">
      <${Editor} label="Text" value=${body} onChange=${setBody} editor=${editor} onSubmit=${save.run} />
      <${Problem} error=${save.error} />
      <footer class="buttons"><button type="button" class="primary" disabled=${save.isRunning} onClick=${save.run}>Save</button><button type="button" onClick=${onClose}>Cancel</button></footer>
    </div>
  </${Dialog}>`;
}
