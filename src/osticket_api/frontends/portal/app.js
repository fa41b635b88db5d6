/** The portal: what the help desk shows to everybody, and to users who have signed in. */
import { html, useEffect, useMemo, useState } from "../vendor/preact-htm.js";
import { Api } from "../shared/api.js";
import { setLanguage } from "../shared/appearance.js";
import { App, apiBase } from "../shared/context.js";
import { ForgottenPassword } from "../shared/forgotten-password.js";
import { Live } from "../shared/live.js";
import { PasswordForm } from "../shared/password-form.js";
import { ResetPassword } from "../shared/reset-password.js";
import { useResource } from "../shared/resource.js";
import { go, match, useRoute } from "../shared/router.js";
import { SignIn } from "../shared/sign-in.js";
import { SingleSignOn } from "../shared/single-sign-on.js";
import { Toasts } from "../shared/toasts.js";
import { Empty, Problem } from "../shared/widgets.js";
import { CheckTicket } from "./check-ticket.js";
import { Confirm } from "./confirm.js";
import { Faq } from "./faq.js";
import { Faqs } from "./faqs.js";
import { Frame } from "./frame.js";
import { Home } from "./home.js";
import { OpenTicket } from "./open-ticket.js";
import { Opened } from "./opened.js";
import { Profile } from "./profile.js";
import { Register } from "./register.js";
import { Ticket } from "./ticket.js";
import { TicketLink } from "./ticket-link.js";
import { Tickets } from "./tickets.js";

const FOR_ALL = [
  ["/", Home],
  ["/open", OpenTicket],
  ["/opened", Opened],
  ["/check", CheckTicket],
  ["/faqs", Faqs],
  ["/faqs/:id", Faq],
  ["/register", Register],
  ["/confirm", Confirm],
  ["/forgotten-password", ForgottenPassword],
  ["/reset-password", ResetPassword],
  ["/ticket-link", TicketLink],
  ["/single-sign-on", SingleSignOn],
];
const FOR_USERS = [
  ["/tickets", Tickets],
  ["/tickets/:id", Ticket],
  ["/profile", Profile],
];

export function Portal() {
  const [isSignedIn, setSignedIn] = useState(null);
  const api = useMemo(() => new Api({ base: apiBase(), kind: "user", onSignedOut: () => setSignedIn(false) }), []);
  const live = useMemo(() => new Live(api), [api]);
  const isIn = isSignedIn ?? api.isSignedIn;
  const signedIn = () => {
    setSignedIn(true);
    if (location.hash.startsWith("#/sign-in") || !location.hash) go("/tickets");
  };
  const context = useMemo(() => ({ api, live, isIn, signedIn }), [isIn]);
  useEffect(() => {
    if (isIn) api.idle().then(() => live.start());
    else live.stop();
  }, [isIn]);
  return html`<${App.Provider} value=${context}><${Pages} key=${isIn} context=${context} /><${Toasts} /></${App.Provider}>`;
}

/** Everything is read anew once somebody else looks at it. */
function Pages({ context }) {
  const { api, isIn, signedIn } = context;
  const settings = useResource("/settings");
  const me = useResource(isIn && !api.guestTicketId ? "/users/me" : null);
  const route = useRoute();
  const desk = settings.data;
  useEffect(() => {
    if (desk) document.title = desk.help_desk.title;
    setLanguage(me.data?.account?.language ?? null);
  }, [desk, me.data]);
  const page = match([...FOR_ALL, ...FOR_USERS], route.path);
  const mustSignIn = !isIn && (route.path === "/sign-in" || match(FOR_USERS, route.path));
  const isPasswordDue = me.error?.code === "password_change_required"; // Until then the API refuses the rest.
  const full = useMemo(() => ({ ...context, desk, me: me.data, reloadMe: me.reload }), [context, desk, me.data]);
  return html`<${App.Provider} value=${full}>
    <${Frame} route=${route}>
      <${Problem} error=${settings.error ?? me.error} />
      ${isPasswordDue
        ? html`<div class="page narrow"><h1>Choose a password</h1><${PasswordForm} path="/users/me" isFirst onChanged=${me.reload} /></div>`
        : mustSignIn
        ? html`<${SignIn} title="Sign in" onSignedIn=${signedIn}>${desk?.features.includes("registration") && html`<p><a href="#/forgotten-password">Forgotten your password?</a></p>`}</${SignIn}>`
        : page
          ? html`<${page.component} key=${route.path} ...${page.params} query=${route.query} />`
          : html`<${Empty}>There is nothing here.</${Empty}>`}
    </${Frame}>
  </${App.Provider}>`;
}
