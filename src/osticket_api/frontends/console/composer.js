/** A reply or a note, with files, canned responses, a signature and a draft. */
import { html, useEffect, useRef, useState } from "../vendor/preact-htm.js";
import { ActionButton, may } from "../shared/allowed.js";
import { useApp } from "../shared/context.js";
import { Editor } from "../shared/editor.js";
import { FileZone, useFiles } from "../shared/files.js";
import { Field, Select } from "../shared/form.js";
import { useAction } from "../shared/resource.js";
import { toast } from "../shared/toasts.js";
import { Problem } from "../shared/widgets.js";
import { CannedMenu } from "./canned-menu.js";
import { useDraft } from "./drafts.js";
import { Mentions } from "./mentions.js";
import { useStatuses } from "./statuses.js";

const SIGNATURES = [["none", "No signature"], ["mine", "My signature"], ["department", "The department's signature"]];

export function Composer({ ticket, mode, onMode, onWriting, onSent }) {
  const { api, me } = useApp();
  const kind = mode ?? (may(ticket, "reply") ? "reply" : "note");
  const [body, setBody, sent] = useDraft(ticket, kind);
  const [status, setStatus] = useState("");
  const [before, setBefore] = useState("");
  const typed = (text, inFront = "") => {
    setBody(text);
    setBefore(inFront);
  };
  const [signature, setSignature] = useState(null);
  const editor = useRef();
  const chosen = useFiles();
  const lock = useLockCode(api, ticket, Boolean(body));
  useEffect(() => onWriting(Boolean(body)), [Boolean(body)]);
  useEffect(() => {
    if (mode) editor.current?.focus();
  }, [mode]);
  const send = useAction(async () => {
    const common = { body, attachments: chosen.attachments, status_id: status ? Number(status) : null };
    const beside = { lock_code: lock.current }; // It may arrive between two tries.
    if (kind === "reply") await api.postOnce(`/tickets/${ticket.id}/reply`, { ...common, signature: signature ?? me?.preferences.signature_type ?? "none" }, { beside });
    else await api.postOnce(`/tickets/${ticket.id}/note`, common, { beside });
    lock.current = null;
    sent();
    chosen.clear();
    setStatus("");
    onMode(null);
    toast(kind === "reply" ? "The reply is sent." : "The note is added.");
    await onSent();
  });
  const submit = () => body && !chosen.isBusy && send.run();
  if (!may(ticket, "reply", "note")) return null;
  return html`<section class="composer" data-kind=${kind} aria-label="Answer">
    <div class="tabs" role="group" aria-label="Kind of entry">
      <${ActionButton} of=${ticket} to="reply" aria-pressed=${kind === "reply"} onClick=${() => onMode("reply")}>Reply</${ActionButton}>
      <${ActionButton} of=${ticket} to="note" aria-pressed=${kind === "note"} onClick=${() => onMode("note")}>Note</${ActionButton}>
      ${kind === "reply" && html`<${CannedMenu} ticket=${ticket} onChoose=${(text) => editor.current.insert(text)} />`}
    </div>
    <${FileZone} chosen=${chosen}>
      <${Editor} key=${kind} label=${kind === "reply" ? "Reply" : "Internal note"} placeholder=${kind === "reply" ? `Reply to ${ticket.user?.name ?? "the user"}` : "Only agents see this; @name tells one of them"} value=${body} onChange=${typed} onFiles=${chosen.add} onSubmit=${submit} editor=${editor} />
      ${kind === "note" && html`<${Mentions} ticket=${ticket} before=${before} onPick=${(begun, name) => editor.current.complete(begun.length, `${name} `)} />`}
    </${FileZone}>
    <${Problem} error=${send.error} />
    <div class="buttons">
      <button type="button" class="primary" disabled=${!body || send.isRunning || chosen.isBusy} onClick=${submit}>${kind === "reply" ? "Send the reply" : "Add the note"}</button>
      ${ticket.status && may(ticket, "close", "reopen") && html`<${StatusChoice} ticket=${ticket} value=${status} onChange=${setStatus} />`}
      ${kind === "reply" && html`<${Field} label="Signature" name="signature">${(attributes) =>
        html`<${Select} ...${attributes} options=${SIGNATURES} value=${signature ?? me?.preferences.signature_type} onChange=${(event) => setSignature(event.target.value)} />`}</${Field}>`}
    </div>
  </section>`;
}

/** The statuses are asked for when somebody wants to choose one. */
function StatusChoice({ ticket, value, onChange }) {
  const [isWanted, setWanted] = useState(false);
  const options = useStatuses(ticket, isWanted);
  const want = () => setWanted(true);
  return html`<${Field} label="Status after" name="after">${(attributes) =>
    html`<${Select} ...${attributes} empty="Unchanged" options=${options} value=${value} onFocus=${want} onMouseEnter=${want} onChange=${(event) => onChange(event.target.value)} />`}</${Field}>`;
}

/** Hold the ticket while somebody writes, so that others see it. */
function useLockCode(api, ticket, isWriting) {
  const code = useRef(null);
  useEffect(() => {
    if (!isWriting || code.current || ticket.lock) return undefined;
    let isOver = false;
    const take = async () => {
      const taken = await api.post(`/tickets/${ticket.id}/lock`).catch(() => null); // A help desk without locks works as well.
      if (taken && !isOver) code.current = taken.data.code;
    };
    take();
    return () => (isOver = true);
  }, [isWriting, ticket.id]);
  return code;
}
