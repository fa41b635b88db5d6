/** What surrounds every page of the portal. */
import { html, useState } from "../vendor/preact-htm.js";
import { nextTheme, setTheme, theme } from "../shared/appearance.js";
import { useApp } from "../shared/context.js";
import { href } from "../shared/router.js";
import { toast } from "../shared/toasts.js";
import { Icon } from "../shared/widgets.js";

export function Frame({ route, children }) {
  const { api, desk, isIn, me } = useApp();
  const isGuest = Boolean(api.guestTicketId);
  const [name, setName] = useState(theme());
  const changeTheme = () => {
    setTheme(nextTheme());
    setName(theme());
  };
  const places = [
    ["/open", "Open a ticket", true],
    ["/tickets", isGuest ? "My ticket" : "My tickets", isIn],
    ["/check", "Check a ticket", !isIn],
    ["/faqs", "Answers", desk?.knowledge_base.is_enabled],
  ];
  const link = (path, label) => html`<a href=${href(path)} aria-current=${route.path.startsWith(path) ? "page" : undefined}>${label}</a>`;
  return html`<div class="portal">
    <header class="portal-head">
      <a class="brand" href=${href("/")} dir="auto">${desk?.help_desk.title ?? "Help desk"}</a>
      <nav aria-label="Main">${places.filter(([, , isShown]) => isShown).map(([path, label]) => link(path, label))}</nav>
      <div class="portal-who">
        ${isIn
          ? html`${!isGuest && link("/profile", me?.name ?? "Profile")} <button type="button" class="quiet" onClick=${() => api.signOut().catch((error) => toast(error.message))}>${isGuest ? "Leave" : "Sign out"}</button>`
          : html`${desk?.sign_in.registration !== "disabled" && link("/sign-in", "Sign in")} ${["public", "automatic"].includes(desk?.sign_in.registration) && desk.features.includes("registration") && link("/register", "Register")}`}
        <button type="button" class="quiet" title=${`Colours: ${name}`} aria-label=${`Colours: ${name}. Change`} onClick=${changeTheme}><${Icon} name="theme" /></button>
      </div>
    </header>
    <main class="portal-main" id="main">${children}</main>
  </div>`;
}
