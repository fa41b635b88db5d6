/** A new ticket, by a user or by a guest, with the form of its topic. */
import { html } from "../vendor/preact-htm.js";
import { useCaptcha } from "../shared/captcha.js";
import { useApp } from "../shared/context.js";
import { Editor } from "../shared/editor.js";
import { FileZone, useFiles } from "../shared/files.js";
import { Field, Select, submitting, useValues } from "../shared/form.js";
import { useKeptValues } from "../shared/kept.js";
import { useAction, useResource } from "../shared/resource.js";
import { go, href } from "../shared/router.js";
import { askedFor, SchemaFields } from "../shared/schema-fields.js";
import { Problem } from "../shared/widgets.js";

export function OpenTicket() {
  const { api, desk, isIn } = useApp();
  const topics = useResource("/topics", { per_page: 100 });
  const [ticket, change, forgetTicket] = useKeptValues("ticket", { subject: "", message: "" });
  const [answers, answer, forgetAnswers] = useKeptValues("answers", {});
  const form = useResource(ticket.topic_id ? `/topics/${ticket.topic_id}/form` : null);
  const contact = useResource(isIn ? null : "/users/form"); // What the help desk asks of guests themselves.
  const [told, tell] = useValues({});
  const chosen = useFiles();
  const set = (name) => (event) => change({ [name]: event.target.value });
  const captcha = useCaptcha();
  const create = useAction(async () => {
    if (!ticket.message) throw new Error("Please write a message.");
    const custom_fields = askedFor(form.data, answers);
    const body = { ...ticket, custom_fields, attachments: chosen.attachments, user_fields: isIn ? undefined : told };
    const { data } = await api.postOnce("/tickets", body, { headers: captcha.headers }).finally(captcha.renew);
    forgetTicket();
    forgetAnswers();
    if (isIn) go(`/tickets/${data.id}`);
    else go("/opened", { number: data.number });
  });
  if (api.guestTicketId) return html`<div class="card stack"><p>You came by the link to one ticket. Leave it to open another.</p><div class="buttons"><button type="button" onClick=${() => api.signOut()}>Leave the ticket</button></div></div>`;
  if (!isIn && desk?.sign_in.requires_account) return html`<p class="card">Please <a href=${href("/sign-in")}>sign in</a> to open a ticket.</p>`;
  const errors = create.error?.byField ?? {};
  const field = (label, name, more) => html`<${Field} label=${label} name=${name} value=${ticket[name] ?? ""} error=${errors[name]} onInput=${set(name)} required ...${more} />`;
  return html`<div class="page narrow">
    <h1>Open a ticket</h1>
    <form class="card stack" onSubmit=${submitting(create.run)}>
      ${!isIn && html`<div class="columns">${field("Your e-mail", "email", { type: "email", autocomplete: "email" })} ${field("Your name", "name", { autocomplete: "name" })}</div>`}
      <${SchemaFields} form=${contact.data} values=${told} change=${tell} errors=${errors} isOwn under="user_fields" />
      <${Field} label="What is it about?" name="topic_id" error=${errors.topic_id}>${(attributes) =>
        html`<${Select} ...${attributes} empty="Please choose" options=${(topics.data ?? []).map((each) => [each.id, each.full_name])} value=${ticket.topic_id} onChange=${(event) => change({ topic_id: event.target.value ? Number(event.target.value) : undefined })} />`}</${Field}>
      ${field("Subject", "subject", { maxlength: 255 })}
      <${FileZone} chosen=${chosen} limits=${form.data?.properties.message?.["x-attachments"]}>
        <${Editor} label="Message" placeholder="Describe it as fully as you can" value=${ticket.message} onChange=${(message) => change({ message })} onFiles=${chosen.add} />
      </${FileZone}>
      ${errors.message && html`<p class="field-error">${errors.message}</p>`}
      <${SchemaFields} form=${form.data} values=${answers} change=${answer} errors=${errors} />
      ${captcha.field}
      <${Problem} error=${create.error} />
      <div class="buttons"><button type="submit" class="primary" disabled=${create.isRunning || chosen.isBusy || !captcha.isSolved}>Open the ticket</button></div>
    </form>
  </div>`;
}
