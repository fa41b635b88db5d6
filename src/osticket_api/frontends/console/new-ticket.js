/** A ticket for somebody who called or wrote elsewhere, with the form of its topic. */
import { html, useEffect } from "../vendor/preact-htm.js";
import { may } from "../shared/allowed.js";
import { useApp } from "../shared/context.js";
import { Editor } from "../shared/editor.js";
import { FileZone, useFiles } from "../shared/files.js";
import { Field, Select, submitting } from "../shared/form.js";
import { useKeptValues } from "../shared/kept.js";
import { useAction, useResource } from "../shared/resource.js";
import { go, useTitle } from "../shared/router.js";
import { toast } from "../shared/toasts.js";
import { askedFor, SchemaFields } from "../shared/schema-fields.js";
import { Empty, Loading, Problem } from "../shared/widgets.js";
import { UserPicker, useUser } from "./user-picker.js";

const SOURCES = ["Phone", "Email", "Web", "Other"].map((each) => [each, each]);

export function NewTicket({ query }) {
  const { api, me } = useApp();
  const topics = useResource("/topics", { per_page: 100, active: true });
  const [ticket, change, forgetTicket] = useKeptValues("ticket", { source: "Phone", subject: "", message: "" });
  const user = useUser(query);
  const [answers, answer, forgetAnswers] = useKeptValues("answers", {});
  const form = useResource(ticket.topic_id ? `/topics/${ticket.topic_id}/form` : null);
  const chosen = useFiles();
  const set = (name) => (event) => change({ [name]: event.target.value });
  useTitle("New ticket");
  useEffect(() => () => api.isSignedIn && (forgetTicket(), forgetAnswers()), []); // Whoever goes elsewhere begins anew.
  const create = useAction(async () => {
    if (!ticket.message) throw new Error("Please write a message.");
    const custom_fields = askedFor(form.data, answers);
    const { data } = await api.postOnce("/tickets", { ...ticket, ...user.given, custom_fields, attachments: chosen.attachments }, { beside: user.beside });
    toast(`Ticket ${data.number} is opened.`);
    go(`/tickets/${data.id}`);
  });
  const errors = create.error?.byField ?? {};
  if (!me) return html`<${Loading} />`;
  if (!may(me, "create_ticket")) return html`<div class="page"><h1>New ticket</h1><${Empty}>Your role does not let you open tickets.</${Empty}></div>`;
  return html`<div class="page narrow">
    <h1>New ticket</h1>
    <form class="card stack" onSubmit=${submitting(create.run)}>
      <${UserPicker} user=${user} errors=${errors} />
      <div class="columns">
        <${Field} label="Topic" name="topic_id" error=${errors.topic_id}>${(attributes) =>
          html`<${Select} ...${attributes} empty="" options=${(topics.data ?? []).map((each) => [each.id, each.full_name])} value=${ticket.topic_id} onChange=${(event) => change({ topic_id: event.target.value ? Number(event.target.value) : undefined })} />`}</${Field}>
        <${Field} label="Source" name="source">${(attributes) => html`<${Select} ...${attributes} options=${SOURCES} value=${ticket.source} onChange=${set("source")} />`}</${Field}>
      </div>
      <${Field} label="Subject" name="subject" required maxlength="255" error=${errors.subject} value=${ticket.subject} onInput=${set("subject")} />
      <${FileZone} chosen=${chosen} limits=${form.data?.properties.message?.["x-attachments"]}>
        <${Editor} label="Message" placeholder="What is it about?" value=${ticket.message} onChange=${(message) => change({ message })} onFiles=${chosen.add} />
      </${FileZone}>
      ${errors.message && html`<p class="field-error">${errors.message}</p>`}
      <${SchemaFields} form=${form.data} values=${answers} change=${answer} errors=${errors} />
      <${Problem} error=${create.error} />
      <footer class="buttons"><button type="submit" class="primary" disabled=${create.isRunning || chosen.isBusy}>Open the ticket</button></footer>
    </form>
  </div>`;
}
