/** For those without an account: a link to a ticket, by mail. */
import { html, useState } from "../vendor/preact-htm.js";
import { useApi } from "../shared/context.js";
import { Field } from "../shared/form.js";
import { useAction } from "../shared/resource.js";
import { href } from "../shared/router.js";
import { Problem } from "../shared/widgets.js";

export function CheckTicket({ query }) {
  const api = useApi();
  const [isSent, setSent] = useState(false);
  const ask = useAction(async (given) => {
    await api.post("/auth/ticket-link", given);
    setSent(true);
  });
  const send = (event) => {
    event.preventDefault();
    ask.run(Object.fromEntries(new FormData(event.target)));
  };
  return html`<div class="page narrow">
    <h1>Check a ticket</h1>
    ${isSent
      ? html`<p class="card" role="status">If there is such a ticket, a link to it is on its way to you.</p>`
      : html`<form class="card stack" onSubmit=${send}>
          <${Field} label="Your e-mail" name="email" type="email" autocomplete="email" required />
          <${Field} label="Number of the ticket" name="number" required value=${query.number ?? ""} />
          <${Problem} error=${ask.error} />
          <div class="buttons"><button type="submit" class="primary" disabled=${ask.isRunning}>Send me a link</button></div>
          <p>With an account you can <a href=${href("/sign-in")}>sign in</a> instead.</p>
        </form>`}
  </div>`;
}
