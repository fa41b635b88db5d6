/** The console: the sign-in, and once there is somebody, the frame with its pages. */
import { html, useEffect, useMemo, useState } from "../vendor/preact-htm.js";
import { Api } from "../shared/api.js";
import { setLanguage } from "../shared/appearance.js";
import { App, apiBase, useApp } from "../shared/context.js";
import { ForgottenPassword } from "../shared/forgotten-password.js";
import { Live } from "../shared/live.js";
import { ResetPassword } from "../shared/reset-password.js";
import { useQuiet, useResource } from "../shared/resource.js";
import { go, href, match, useRoute } from "../shared/router.js";
import { SingleSignOn } from "../shared/single-sign-on.js";
import { Toasts } from "../shared/toasts.js";
import { Empty, Problem } from "../shared/widgets.js";
import { Inbox } from "./inbox.js";
import { NewTicket } from "./new-ticket.js";
import { OrganizationPage } from "./organization-page.js";
import { Organizations } from "./organizations.js";
import { OwnSettings } from "./own-settings.js";
import { Shell } from "./shell.js";
import { SignIn } from "../shared/sign-in.js";
import { Statistics } from "./statistics.js";
import { TaskPage } from "./task-page.js";
import { Tasks } from "./tasks.js";
import { TicketPage } from "./ticket-page.js";
import { UserPage } from "./user-page.js";
import { Users } from "./users.js";

const ROUTES = [
  ["/", Inbox],
  ["/queues/:queue", Inbox],
  ["/search", Inbox],
  ["/tickets/new", NewTicket],
  ["/tickets/:id", TicketPage],
  ["/tasks", Tasks],
  ["/tasks/:id", TaskPage],
  ["/users", Users],
  ["/users/:id", UserPage],
  ["/organizations", Organizations],
  ["/organizations/:id", OrganizationPage],
  ["/statistics", Statistics],
  ["/settings", OwnSettings],
  ["/single-sign-on", SingleSignOn],
];

export function Console() {
  const [isSignedIn, setSignedIn] = useState(null);
  const api = useMemo(() => new Api({ base: apiBase(), kind: "staff", onSignedOut: () => setSignedIn(false) }), []);
  const live = useMemo(() => new Live(api), [api]);
  const isIn = isSignedIn ?? api.isSignedIn;
  const signedIn = ({ password_change_required }) => {
    if (password_change_required) go("/settings"); // Until then the API refuses the rest.
    setSignedIn(true);
  };
  const context = useMemo(() => ({ api, live, signedIn }), [api, live]);
  useEffect(() => () => live.stop(), [live]);
  useEffect(() => {
    if (!isIn) live.stop();
  }, [isIn]);
  return html`<${App.Provider} value=${context}>
    ${isIn ? html`<${Desk} />` : html`<main><${Gate} /></main>`}
    <${Toasts} />
  </${App.Provider}>`;
}

const OUTSIDE = [
  ["/forgotten-password", ForgottenPassword],
  ["/reset-password", ResetPassword],
];

/** What there is for those who have not signed in. */
function Gate() {
  const context = useApp();
  const route = useRoute();
  const page = match(OUTSIDE, route.path);
  const settings = useResource(page ? "/settings" : null); // They say whether visitors solve a captcha.
  if (route.path === "/single-sign-on") return html`<${SingleSignOn} query=${route.query} />`;
  if (!page) return html`<${SignIn} title="Agent console" onSignedIn=${context.signedIn}><p><a href=${href("/forgotten-password")}>Forgotten your password?</a></p></${SignIn}>`;
  return html`<${App.Provider} value=${{ ...context, desk: settings.data }}>
    <div class="gate"><div class="stack"><${page.component} query=${route.query} /><p><a href=${href("/")}>Sign in</a></p></div></div>
  </${App.Provider}>`;
}

/** What needs somebody who is signed in. */
function Desk() {
  const { api, live } = useApp();
  const me = useResource("/staff/me");
  const queues = useResource("/queues");
  const isQuiet = useQuiet();
  const route = useRoute();
  useEffect(() => {
    if (me.data) setLanguage(me.data.language);
  }, [me.data?.language]);
  useEffect(() => {
    if (isQuiet) live.start();
  }, [isQuiet]);
  const page = match(ROUTES, route.path);
  const context = useMemo(() => ({ api, live, queues, isQuiet, me: me.data, reloadMe: me.reload }), [queues.data, queues.error, isQuiet, me.data]);
  return html`<${App.Provider} value=${context}>
    <${Shell} route=${route}>
      <${Problem} error=${me.error} />
      ${page ? html`<${page.component} key=${route.path} ...${page.params} query=${route.query} />` : html`<${Empty}>There is nothing here.</${Empty}>`}
    </${Shell}>
  </${App.Provider}>`;
}
