/** For those without an account: a link to a ticket, by mail; or the ticket itself, where the help desk verifies no addresses. */
import { html, useState } from "../vendor/preact-htm.js";
import { useApp } from "../shared/context.js";
import { Field } from "../shared/form.js";
import { useAction } from "../shared/resource.js";
import { go, href } from "../shared/router.js";
import { Problem } from "../shared/widgets.js";

export function CheckTicket({ query }) {
  const { api, desk, signedIn } = useApp();
  const [isSent, setSent] = useState(false);
  const isMailed = desk?.sign_in.verifies_email ?? true;
  const ask = useAction(async (given) => {
    if (isMailed) {
      await api.post("/auth/ticket-link", given);
      return setSent(true);
    }
    const { data } = await api.followTicketLink(given);
    go(`/tickets/${data.ticket_id}`);
    signedIn();
  });
  const send = (event) => {
    event.preventDefault();
    const { email, number } = Object.fromEntries(new FormData(event.target));
    ask.run({ email, number: number.trim().replace(/^#/, "") });
  };
  return html`<div class="page narrow">
    <h1>Check a ticket</h1>
    ${isSent
      ? html`<p class="card" role="status">If there is such a ticket, a link to it is on its way to you.</p>`
      : html`<form class="card stack" onSubmit=${send}>
          <${Field} label="Your e-mail" name="email" type="email" autocomplete="email" required />
          <${Field} label="Number of the ticket" name="number" required value=${query.number ?? ""} />
          <${Problem} error=${ask.error} />
          <div class="buttons"><button type="submit" class="primary" disabled=${ask.isRunning}>${isMailed ? "Send me a link" : "Show me the ticket"}</button></div>
          ${desk?.sign_in.registration !== "disabled" && html`<p>With an account you can <a href=${href("/sign-in")}>sign in</a> instead.</p>`}
        </form>`}
  </div>`;
}
